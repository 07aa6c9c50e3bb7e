import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath, URL } from 'node:url'
import { gzipSync } from 'node:zlib'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import type { Plugin } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'
import { faceOf } from './src/catalogue/pathway_face.ts'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/**
 * The service worker fetches every file of the app before the phone is ready for a place without a network, and each file
 * costs a round trip: 30 definitions of scores as 30 files are slower than one. So what is used together travels
 * together, and what the first screen needs stays small. Higher in the list takes a module first.
 */
const chunks = [
  { name: 'first', tags: ['$initial' as const] },
  { name: 'background', test: /src\/(sync\/(?!pouch)|shell\/start)/ },
  { name: 'list', test: /src\/encounters\/ListScreen\.vue/ },
  { name: 'design', test: /src\/(design|device|language)\/|pathway[-_]face/ },
  { name: 'list', test: /src\/(encounters\/ListScreen\.vue|wristbands\/use_wedge|device\/wedge_reader)/ },
  { name: 'design', test: /src\/(design|device|language)\// },
  { name: 'scores', test: /catalogue\/scores\// },
  { name: 'treatments', test: /catalogue\/(drugs|procedures)\// },
  { name: 'forms', test: /src\/catalogue\/forms\// },
  { name: 'catalogue', test: /(static\/catalogue|src\/catalogue)\/(?!.*Screen)/ },
  { name: 'cards', test: /src\/cards\/(?!second_reading|SecondReading|words)/ },
  { name: 'crew', test: /src\/(encounters\/(?!record)|cards|catalogue|media|pathways|vitals|accounts|shell|status)(?!.*RecordScreen)/i },
  { name: 'ward', test: /src\/(board|encounters)\// },
].map((group, index, all) => ({ ...group, priority: all.length - index }))

/** The file of the first screen is asked for beside the entry, not by it. */
const preloadList: Plugin = {
  name: 'preload-list',
  transformIndexHtml: {
    order: 'post',
    handler: (_html, { bundle = {} }) => {
      const list = Object.values(bundle).find((file) => file.type === 'chunk' && file.name === 'list')
      return list ? [{ tag: 'link', attrs: { rel: 'modulepreload', crossorigin: true, href: `/${list.fileName}` }, injectTo: 'head' }] : []
    },
  },
}

/**
 * onnxruntime's program (14 MB, packed 4) as a file of its own that only setting up card reading fetches: its name ends
 * in .bin, which the precache does not take, and cards/model_files.ts checks it against the SHA-256 given here.
 */
function cardEngine(): Plugin {
  const id = 'virtual:card-engine'
  return {
    name: 'card-engine',
    resolveId: (wanted) => (wanted === id ? `\0${id}` : null),
    load(wanted) {
      if (wanted !== `\0${id}`) return null
      const packed = new Uint8Array(gzipSync(new Uint8Array(readFileSync(at('./node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm'))), { level: 9 }))
      const sha256 = createHash('sha256').update(packed).digest('hex')
      const fileName = `assets/card-engine-${sha256.slice(0, 8)}.bin`
      if (this.meta.watchMode === false) this.emitFile({ type: 'asset', fileName, source: packed })
      return `export const engineFile = ${JSON.stringify({ name: 'runtime', url: `/${fileName}`, bytes: packed.length, sha256 })}`
    },
  }
}

/** Word, icon and onset of every pathway: what the list shows, without the catalogue around it. */
function pathwayFaces(): Plugin {
  const id = 'virtual:pathway-faces'
  const folder = at('../static/catalogue/pathways/')
  return {
    name: 'pathway-faces',
    resolveId: (wanted) => (wanted === id ? `\0${id}` : null),
    load(wanted) {
      if (wanted !== `\0${id}`) return null
      const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
      for (const name of files) this.addWatchFile(folder + name)
      const faces = files.flatMap((name) => faceOf(JSON.parse(readFileSync(folder + name, 'utf8'))) ?? [])
      return `export default ${JSON.stringify(faces)}`
    },
  }
}

export default defineConfig({
  plugins: [
    vue(),
    pathwayFaces(),
    preloadList,
    cardEngine(),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src/shell',
      filename: 'service_worker.ts',
      injectRegister: false,
      manifest: {
        id: '/',
        name: 'Greenlane 绿道',
        short_name: '绿道',
        lang: 'zh-CN',
        start_url: '/',
        scope: '/',
        display: 'standalone',
        orientation: 'any',
        background_color: '#0A0E12',
        theme_color: '#0A0E12',
        icons: [
          { src: '/icon-192.png', sizes: '192x192', type: 'image/png', purpose: 'any' },
          { src: '/icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'any' },
          { src: '/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
        ],
      },
      injectManifest: { globPatterns: ['**/*.{js,mjs,css,html,svg,png,json,woff2,wasm}'], maximumFileSizeToCacheInBytes: 3_000_000 },
    }),
  ],
  resolve: {
    alias: {
      '@': at('./src'),
      '@catalogue': at('../static/catalogue'),
      // The variant that neither carries nor emits the WebAssembly file.
      'onnxruntime-web/wasm': at('./node_modules/onnxruntime-web/dist/ort.wasm.min.mjs'),
    },
  },
  worker: { format: 'es' },
  server: { fs: { allow: ['..'] } },
  build: { target: 'es2022', outDir: 'dist', manifest: true, chunkSizeWarningLimit: 300, rolldownOptions: { output: { codeSplitting: { groups: chunks } } } },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.ts'],
    testTimeout: 60_000, // a guard against hanging, not a measure: slow computers run them too
    // PouchDB as the browser gets it: its Node build expects Buffers where browsers have Blobs.
    server: { deps: { inline: [/pouchdb/] } },
    alias: [
      { find: /^pouchdb-(md5|binary-utils|utils|fetch)$/, replacement: at('./node_modules') + '/pouchdb-$1/lib/index-browser.es.js' },
      { find: /^pouchdb-([a-z-]+)$/, replacement: at('./node_modules') + '/pouchdb-$1/lib/index.es.js' },
    ],
  },
})
