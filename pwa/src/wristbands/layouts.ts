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
  /** Nothing stands nearer to a label's right edge: printers leave out the rim of a sheet, thermal paper lies aside. */
  edge: number
}
export const layouts = {
  a4_24: { width: 210, height: 297, columns: 3, rows: 8, label: [70, 37], margin: [0, 0.5], code: 29, font: 12, edge: 5 },
  label_50x30: { width: 50, height: 30, columns: 1, rows: 1, label: [50, 30], margin: [0, 0], code: 25.375, font: 8.5, edge: 2 },
  label_60x40: { width: 60, height: 40, columns: 1, rows: 1, label: [60, 40], margin: [0, 0], code: 32.625, font: 9.5, edge: 2 },
  band_25x279: { width: 279, height: 25, columns: 1, rows: 1, label: [90, 25], margin: [100, 0], code: 21.75, font: 12, edge: 2 },
} as const satisfies Record<string, Layout>
export type LayoutName = keyof typeof layouts
export const layoutNames = Object.keys(layouts) as LayoutName[]
export const perPage = (layout: Layout): number => layout.columns * layout.rows
