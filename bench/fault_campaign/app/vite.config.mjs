// Builds device.ts with the app's own modules: cd pwa && npx vite build --config ../bench/fault_campaign/app/vite.config.mjs
import { fileURLToPath, URL } from 'node:url'

const at = (path) => fileURLToPath(new URL(path, import.meta.url))

export default {
  root: at('../../../pwa'),
  publicDir: false,
  resolve: { alias: { '@': at('../../../pwa/src'), '@catalogue': at('../../../static/catalogue') } },
  build: {
    target: 'es2022',
    emptyOutDir: true,
    lib: { entry: at('./device.ts'), formats: ['es'], fileName: () => 'device.js' },
  },
  define: { 'process.env.NODE_ENV': '"production"' },
}
