/** Paper that wristbands are printed on, in millimetres. Twin of LAYOUTS in server/wristbands/labels.py. */
export interface Layout {
  width: number
  height: number
  columns: number
  rows: number
  label: [number, number]
  margin: [number, number]
  code: number
  font: number
}
export const layouts = {
  a4_24: { width: 210, height: 297, columns: 3, rows: 8, label: [70, 37], margin: [0, 0.5], code: 30, font: 9 },
  label_50x30: { width: 50, height: 30, columns: 1, rows: 1, label: [50, 30], margin: [0, 0], code: 26, font: 6.5 },
  label_60x40: { width: 60, height: 40, columns: 1, rows: 1, label: [60, 40], margin: [0, 0], code: 34, font: 7 },
  band_25x279: { width: 279, height: 25, columns: 1, rows: 1, label: [90, 25], margin: [100, 0], code: 23, font: 9 },
} as const satisfies Record<string, Layout>
export type LayoutName = keyof typeof layouts
export const layoutNames = Object.keys(layouts) as LayoutName[]
export const perPage = (layout: Layout): number => layout.columns * layout.rows
