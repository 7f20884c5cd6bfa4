import Hosts

/// URI templates: RFC 6570, 2.
enum URITemplateFormat {
    static func admits(_ text: String) -> Bool {
        var reader = ASCIIReader(text)
        while let next = reader.next {
            if reader.take(UInt8(ascii: "{")) {
                guard expression(&reader) else { return false }
            } else if next == UInt8(ascii: "%") {
                guard encoded(&reader) else { return false }
            } else {
                guard isLiteral(next) else { return false }
                _ = reader.take(next)
            }
        }
        return true
    }

    /// What neither opens an expression nor has to be encoded. An apostrophe is taken, as erratum 6937 has it.
    private static func isLiteral(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte != 0x7F && !"\"<>\\^`{|}%".utf8.contains(byte)
    }

    private static func expression(_ reader: inout ASCIIReader) -> Bool {
        // Those after the first seven are kept for later, and mean nothing yet.
        if let next = reader.next, "+#./;?&=,!@|".utf8.contains(next) { _ = reader.take(next) }
        repeat {
            guard name(&reader) else { return false }
            if reader.take(UInt8(ascii: "*")) { continue }
            guard reader.take(UInt8(ascii: ":")) else { continue }
            guard reader.next != UInt8(ascii: "0"), (1...4).contains(reader.skip(while: ASCIIReader.isDigit)) else {
                return false
            }
        } while reader.take(UInt8(ascii: ","))
        return reader.take(UInt8(ascii: "}"))
    }

    private static func name(_ reader: inout ASCIIReader) -> Bool {
        repeat {
            var count = 0
            while let next = reader.next {
                if next == UInt8(ascii: "%") {
                    guard encoded(&reader) else { return false }
                } else if ASCIIReader.isAlphanumeric(next) || next == UInt8(ascii: "_") {
                    _ = reader.take(next)
                } else {
                    break
                }
                count += 1
            }
            guard count > 0 else { return false }
        } while reader.take(UInt8(ascii: "."))
        return true
    }

    private static func encoded(_ reader: inout ASCIIReader) -> Bool {
        guard reader.take(UInt8(ascii: "%")) else { return false }
        for _ in 0..<2 {
            guard let digit = reader.next, HostName.isHexadecimal(digit), reader.take(digit) else { return false }
        }
        return true
    }
}
