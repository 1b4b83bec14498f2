/** What a `.vue` file is, for tools that do not read it. */
declare module '*.vue' {
  import type { DefineComponent } from 'vue'
  const component: DefineComponent
  export default component
}

/** The version of the app, from package.json. */
declare const __VERSION__: string
