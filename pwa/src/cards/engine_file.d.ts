/** onnxruntime's program as the build packed it (vite.config.ts): gzip, with the SHA-256 of the packed file. */
declare module 'virtual:card-engine' {
  export const engineFile: { name: 'runtime'; url: string; bytes: number; sha256: string }
}
