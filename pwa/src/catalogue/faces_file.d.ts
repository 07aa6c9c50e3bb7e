/** What lists and boards need of the pathways, cut out of static/catalogue/pathways by the build (vite.config.ts). */
declare module 'virtual:pathway-faces' {
  const faces: Record<string, unknown>[]
  export default faces
}
