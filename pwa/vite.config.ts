import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { VitePWA } from 'vite-plugin-pwa'
import { defineConfig } from 'vitest/config'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const { version } = JSON.parse(readFileSync(here('./package.json'), 'utf8')) as { version: string }

/** The server that `npm run dev` talks to. */
const server = process.env.YIHU_SERVER ?? 'http://127.0.0.1:8000'

/** What the phone's pages need wherever they are built into: the app, and the office's preview of forms. */
export const pages = {
  define: { __VERSION__: JSON.stringify(version), __VUE_OPTIONS_API__: 'false' },
  resolve: {
    // One list of the words that people see, shared with the office's pages.
    alias: {
      '@words': here('../server/words.json'),
      '@': here('./src'),
      // The package's own entry is made for old engines and half as large again.
      dexie: here('./node_modules/dexie/dist/modern/dexie.mjs'),
    },
  },
}
export const target = 'es2022'

export default defineConfig({
  ...pages,
  build: {
    target,
    assetsInlineLimit: 2048,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // Few files at the start: each costs a cheap phone a request. The form engine stays apart.
          groups: [
            { name: 'vendor', test: /node_modules[\\/](@vue|vue|vue-router|dexie)[\\/]/ },
            {
              name: 'app',
              // What is only needed once somebody synchronises comes when he does.
              test: /src[\\/](?:(device|sync|shared|service-worker)[\\/](?!(synchronize|push|pull|apply|tell-drafts|fetch-forms|sign-in|snapshot|fetch-file|fetch-record|upload|tus)\.)|households[\\/]HouseholdRow)/,
            },
          ],
        },
      },
    },
  },
  server: { proxy: { '/api': server }, fs: { allow: ['..'] } },
  plugins: [
    vue(),
    VitePWA({
      registerType: 'prompt',
      injectRegister: false,
      manifest: {
        id: '/',
        name: '一户',
        short_name: '一户',
        description: '入户走访，没网也能记',
        lang: 'zh-CN',
        start_url: '/',
        scope: '/',
        display: 'standalone',
        background_color: '#F5F6F3',
        theme_color: '#F5F6F3',
        icons: [
          { src: '/icon-192.png', sizes: '192x192', type: 'image/png' },
          { src: '/icon-512.png', sizes: '512x512', type: 'image/png' },
          { src: '/icon-maskable.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
        ],
      },
      workbox: {
        globPatterns: ['**/*.{js,css,html,png,svg,wasm,webmanifest}'],
        maximumFileSizeToCacheInBytes: 8 * 1024 * 1024,
        navigateFallback: '/index.html',
        navigateFallbackDenylist: [
          /^\/api\//,
          /^\/console/,
          /^\/preview/,
          /^\/z\//i,
          /^\/openrosa\//,
          /^\/healthz/,
          /^\/readyz/,
        ],
        cleanupOutdatedCaches: true,
      },
    }),
  ],
  test: {
    environment: 'node',
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    setupFiles: ['tests/setup.ts'],
  },
})
