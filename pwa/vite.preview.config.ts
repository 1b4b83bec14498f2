/** The office's preview of a form, built beside the phone's app so that it adds nothing to what phones load. */
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { pages, target } from './vite.config'

export default defineConfig({
  ...pages,
  base: '/preview/',
  publicDir: false,
  build: {
    target,
    outDir: 'dist/preview',
    emptyOutDir: true,
    rolldownOptions: { input: 'preview.html' },
  },
  plugins: [vue()],
})
