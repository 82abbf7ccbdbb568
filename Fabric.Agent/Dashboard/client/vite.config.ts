import { defineConfig } from "vite";

// One page, one script, one style: nothing is asked for elsewhere, and nothing stands in the page itself (the content policy forbids it).
export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: { outDir: "dist", modulePreload: false, assetsInlineLimit: 0, reportCompressedSize: false },
});
