/// # OpenAPI
///
/// Makes tool manifests of an OpenAPI description (3.0 and 3.1): a tool an operation, which can make that request and no
/// other. Strict: what a tool cannot express is an error with its line and column, never left out in silence.
package enum OpenAPI {}
