import { fileURLToPath, URL } from 'node:url'
import vue from '@vitejs/plugin-vue'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'
import { VitePWA } from 'vite-plugin-pwa'

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
  { name: 'design', test: /src\/(design|device|language)\// },
  { name: 'scores', test: /catalogue\/scores\// },
  { name: 'treatments', test: /catalogue\/(drugs|procedures)\// },
  { name: 'catalogue', test: /(static\/catalogue|src\/catalogue)\/(?!.*Screen)/ },
  { name: 'crew', test: /src\/(encounters\/(?!record)|catalogue|media|pathways|vitals|accounts|shell)(?!.*RecordScreen)/i },
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

export default defineConfig({
  plugins: [
    vue(),
    preloadList,
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
      injectManifest: { globPatterns: ['**/*.{js,css,html,svg,png,json,woff2}'], maximumFileSizeToCacheInBytes: 3_000_000 },
    }),
  ],
  resolve: { alias: { '@': at('./src'), '@catalogue': at('../static/catalogue') } },
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
