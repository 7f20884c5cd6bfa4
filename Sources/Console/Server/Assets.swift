import HTTPTypes
import Hummingbird
import NIOCore

/// The style and the script: the only files that there are, built into the program.
enum Assets {
    static let style = PagePath("assets", "console.css")
    static let script = PagePath("assets", "console.js")

    /// Nil if the path is none of theirs.
    static func response(_ segments: [String], _ method: HTTPRequest.Method) -> Response? {
        guard segments.count == 2, segments[0] == "assets", method != .post else { return nil }
        switch segments[1] {
        case "console.css": return file(PackageResources.console_css, "text/css; charset=utf-8")
        case "console.js": return file(PackageResources.console_js, "text/javascript; charset=utf-8")
        default: return nil
        }
    }

    private static func file(_ bytes: [UInt8], _ type: String) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = type
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
