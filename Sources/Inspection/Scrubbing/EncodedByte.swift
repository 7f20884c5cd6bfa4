/// One byte of a text as texts write it: as it is, or escaped by one of the ways that answers use.
enum EncodedByte {
    /// What stands at a place: each reading with its value and its length. More than one where the escaping character may
    /// stand for itself.
    struct Readings {
        var first: (value: UInt8, length: Int)
        var second: (value: UInt8, length: Int)?
        /// The text ends before it is known whether there is another reading.
        var isCutOff = false
    }

    static func read(_ bytes: UnsafeBufferPointer<UInt8>, at place: Int) -> Readings {
        let byte = bytes[place]
        var readings = Readings(first: (byte, 1))
        switch byte {
        case UInt8(ascii: "%"):
            // URLs and forms: RFC 3986, 2.1.
            hexadecimal(bytes, place + 1, digits: 2, length: 3, &readings)
        case UInt8(ascii: "+"):
            readings.second = (0x20, 1)
        case UInt8(ascii: "\\"):
            escape(bytes, at: place, &readings)
        case UInt8(ascii: "&"):
            entity(bytes, at: place, &readings)
        default: break
        }
        return readings
    }

    /// JSON (RFC 8259, 7): `\u0041`, `\/`. Of other languages: `\x41`.
    private static func escape(_ bytes: UnsafeBufferPointer<UInt8>, at place: Int, _ readings: inout Readings) {
        guard place + 1 < bytes.count else { return readings.isCutOff = true }
        switch bytes[place + 1] {
        case UInt8(ascii: "u"):
            for offset in 2..<4 {
                guard place + offset < bytes.count else { return readings.isCutOff = true }
                guard bytes[place + offset] == UInt8(ascii: "0") else { return }
            }
            hexadecimal(bytes, place + 4, digits: 2, length: 6, &readings)
        case UInt8(ascii: "x"):
            hexadecimal(bytes, place + 2, digits: 2, length: 4, &readings)
        case let next:
            readings.second = (next, 2)
        }
    }

    /// HTML: `&amp;`, `&#65;`, `&#x41;`.
    private static func entity(_ bytes: UnsafeBufferPointer<UInt8>, at place: Int, _ readings: inout Readings) {
        var name: [UInt8] = []
        var next = place + 1
        while true {
            guard next < bytes.count else { return readings.isCutOff = true }
            if bytes[next] == UInt8(ascii: ";") { break }
            guard name.count < 6 else { return }
            name.append(bytes[next])
            next += 1
        }
        guard let value = value(ofEntity: String(decoding: name, as: UTF8.self)) else { return }
        readings.second = (value, next + 1 - place)
    }

    private static func value(ofEntity name: String) -> UInt8? {
        switch name {
        case "amp": UInt8(ascii: "&")
        case "lt": UInt8(ascii: "<")
        case "gt": UInt8(ascii: ">")
        case "quot": UInt8(ascii: "\"")
        case "apos": UInt8(ascii: "'")
        default:
            if name.hasPrefix("#x") || name.hasPrefix("#X") {
                UInt8(name.dropFirst(2), radix: 16)
            } else if name.hasPrefix("#") {
                UInt8(name.dropFirst(), radix: 10)
            } else {
                nil
            }
        }
    }

    private static func hexadecimal(
        _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, digits: Int, length: Int, _ readings: inout Readings
    ) {
        var value: UInt8 = 0
        for place in start..<(start + digits) {
            guard place < bytes.count else { return readings.isCutOff = true }
            guard let digit = digit(bytes[place]) else { return }
            value = value << 4 | digit
        }
        readings.second = (value, length)
    }

    static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
