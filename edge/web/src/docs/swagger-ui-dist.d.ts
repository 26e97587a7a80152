/** Of swagger-ui-dist, which brings no types, what the reference uses. */
declare module 'swagger-ui-dist/swagger-ui-es-bundle.js' {
  interface SwaggerUIInstance {
    /** @param definition name of the security scheme in the document. */
    preauthorizeApiKey(definition: string, key: string): void;
  }
  function SwaggerUI(options: Readonly<Record<string, unknown>>): SwaggerUIInstance;
  // biome-ignore lint/style/noDefaultExport: the package has no other.
  export default SwaggerUI;
}
