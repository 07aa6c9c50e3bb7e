import { fileURLToPath, URL } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import { VitePWA } from 'vite-plugin-pwa'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  plugins: [
    vue(),
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
  build: { target: 'es2022', outDir: 'dist', manifest: true, chunkSizeWarningLimit: 300 },
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
