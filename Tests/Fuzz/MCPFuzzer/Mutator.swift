import Glibc
import StrictJSON

/// Messages to start from.
enum Corpus {
    /// The built-in ones, and every JSON file below a folder.
    static func load(_ folder: String?) -> [[UInt8]] {
        var corpus = builtIn.map { Array($0.utf8) }
        if let folder { collect(folder, &corpus) }
        return corpus
    }

    private static func collect(_ path: String, _ corpus: inout [[UInt8]]) {
        guard let directory = opendir(path) else { return }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX)) { String(cString: $0) }
            }
            guard !name.hasPrefix(".") else { continue }
            if !name.hasSuffix(".json") {
                collect(path + "/" + name, &corpus)
                continue
            }
            guard let file = fopen(path + "/" + name, "r") else { continue }
            defer { fclose(file) }
            var bytes = [UInt8](repeating: 0, count: 64 << 10)
            let count = fread(&bytes, 1, bytes.count, file)
            // One line, as on the wire.
            if let json = try? JSON(parsing: bytes[..<count]) { corpus.append(json.encoded()) }
        }
    }

    private static let meta =
        #""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","#
        + #""io.modelcontextprotocol/clientCapabilities":{},"progressToken":"t"}"#

    private static let builtIn = [
        #"{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{\#(meta)}}"#,
        #"{"jsonrpc":"2.0","id":2,"method":"tools/list","params":{\#(meta)}}"#,
        #"{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"echo","arguments":{"a":[1]},\#(meta)}}"#,
        #"{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"wait",\#(meta)}}"#,
        #"{"jsonrpc":"2.0","id":5,"method":"subscriptions/listen","params":{"notifications":{},\#(meta)}}"#,
        #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":4}}"#,
        #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":5,"reason":"x"}}"#,
        #"{"jsonrpc":"2.0","id":6,"method":"initialize","params":{"protocolVersion":"2025-03-26","capabilities":{},"#
            + #""clientInfo":{"name":"f","version":"1"}}}"#,
        #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
        #"{"jsonrpc":"2.0","id":7,"method":"ping"}"#,
        #"[{"jsonrpc":"2.0","id":8,"method":"ping"},{"jsonrpc":"2.0","id":9,"method":"tools/list"}]"#,
        #"{"jsonrpc":"2.0","id":10,"method":"tools/call","params":{"name":"echo"}}"#,
        #"{"jsonrpc":"2.0","id":11,"result":{}}"#,
        #"{"jsonrpc":"2.0","id":null,"error":{"code":-1,"message":"x"}}"#,
    ]
}

/// Makes new messages out of old ones, reproducibly.
struct Mutator {
    private var state: UInt64
    private let corpus: [[UInt8]]

    private static let pieces = [
        "null", "true", "-1", "1e400", "9007199254740993", "\"\\ud800\"", "[]", "{}", "\"\"", "\\u0000", "\u{202e}",
        "é",
        "\"id\":1,", "\"jsonrpc\":\"2.0\",", "\"_meta\":{},", "\"requestId\":", "\"progressToken\":1.5,",
        "\"cursor\":\"\",",
        "[[[[[[[[", "\"x\":", "\r", "\t", ",", ":", "\"", "}", "{", "]", "[", "\\", "1", "e", "-", "\n",
    ].map { Array($0.utf8) }

    init(seed: UInt64, corpus: [[UInt8]]) {
        state = seed | 1
        self.corpus = corpus
    }

    /// xorshift64*: good enough to mutate with, the same on every machine.
    mutating func next(below bound: Int) -> Int {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return Int((state &* 2_685_821_657_736_338_717) >> 33) % max(1, bound)
    }

    mutating func message() -> [UInt8] {
        var bytes = corpus[next(below: corpus.count)]
        for _ in 0..<next(below: 5) { mutate(&bytes) }
        return bytes
    }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        let at = next(below: bytes.count + 1)
        switch next(below: 7) {
        case 0 where at < bytes.count: bytes[at] = UInt8(truncatingIfNeeded: next(below: 256))
        case 1 where at < bytes.count: bytes[at] ^= 1 << UInt8(next(below: 8))
        case 2: bytes.insert(contentsOf: Self.pieces[next(below: Self.pieces.count)], at: at)
        case 3 where at < bytes.count:
            let count = min(next(below: 40), bytes.count - at)
            bytes.removeSubrange(at..<(at + count))
        case 4 where at < bytes.count:
            let count = min(next(below: 60), bytes.count - at)
            let piece = Array(bytes[at..<(at + count)])
            bytes.insert(contentsOf: piece, at: next(below: bytes.count + 1))
        case 5:
            let other = corpus[next(below: corpus.count)]
            let cut = next(below: other.count + 1)
            bytes.replaceSubrange(at..., with: other[cut...])
        default: digits(&bytes)
        }
    }

    /// Other identifiers, so that requests and cancellations meet.
    private mutating func digits(_ bytes: inout [UInt8]) {
        for index in bytes.indices where (0x30...0x39).contains(bytes[index]) && next(below: 4) == 0 {
            bytes[index] = 0x30 + UInt8(next(below: 10))
        }
    }
}
