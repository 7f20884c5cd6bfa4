extension CELFunctions {
    /// `int`, `uint`, `double`, `bool`, `string`, `bytes`, `dyn`, `type`, and base64.
    static func addConversions(_ functions: inout CELFunctions) {
        let any = CELType.parameter("A")
        functions.add("dyn", .init(any, returns: .dyn)) { (value, _) throws(CELFunctionError) in value }
        functions.add("type", .init(any, returns: .type(any))) { (value, _) throws(CELFunctionError) in
            .type(value.typeName)
        }
        functions.add(
            "int", .init(.int, returns: .int), .init(.uint, returns: .int), .init(.double, returns: .int),
            .init(.string, returns: .int), .init(.timestamp, returns: .int)
        ) { (value, _) throws(CELFunctionError) -> CELValue in
            switch value {
            case .int: value
            case .uint(let value): .int(try CELConversion.int(value))
            case .double(let value): .int(try CELConversion.int(value))
            case .string(let text): .int(try CELConversion.int(text))
            case .timestamp(let time): .int(time.secondsSince1970)
            default: throw .noOverload
            }
        }
        functions.add(
            "uint", .init(.int, returns: .uint), .init(.uint, returns: .uint), .init(.double, returns: .uint),
            .init(.string, returns: .uint)
        ) { (value, _) throws(CELFunctionError) -> CELValue in
            switch value {
            case .int(let value): .uint(try CELConversion.uint(value))
            case .uint: value
            case .double(let value): .uint(try CELConversion.uint(value))
            case .string(let text): .uint(try CELConversion.uint(text))
            default: throw .noOverload
            }
        }
        functions.add(
            "double", .init(.int, returns: .double), .init(.uint, returns: .double), .init(.double, returns: .double),
            .init(.string, returns: .double)
        ) { (value, _) throws(CELFunctionError) -> CELValue in
            switch value {
            case .int(let value): .double(CELConversion.double(value))
            case .uint(let value): .double(CELConversion.double(value))
            case .double: value
            case .string(let text): .double(try CELConversion.double(text))
            default: throw .noOverload
            }
        }
        functions.add("bool", .init(.bool, returns: .bool), .init(.string, returns: .bool)) {
            (value, _) throws(CELFunctionError) -> CELValue in
            switch value {
            case .bool: value
            case .string(let text): .bool(try CELConversion.bool(text))
            default: throw .noOverload
            }
        }
        functions.add("bytes", .init(.bytes, returns: .bytes), .init(.string, returns: .bytes)) {
            (value, budget) throws(CELFunctionError) -> CELValue in
            switch value {
            case .bytes: return value
            case .string(let text):
                try budget.charge(bytes: text.utf8.count)
                return .bytes(CELConversion.bytes(text))
            default: throw .noOverload
            }
        }
        addString(&functions)
        functions.add("base64.encode", .init(.bytes, returns: .string)) {
            (value, budget) throws(CELFunctionError) -> CELValue in
            guard case .bytes(let bytes) = value else { throw .noOverload }
            try budget.charge(bytes: 2 * bytes.count)
            return .string(try CELBase64.encode(bytes, maximumBytes: budget.maximumBytes))
        }
        functions.add("base64.decode", .init(.string, returns: .bytes)) {
            (value, budget) throws(CELFunctionError) -> CELValue in
            guard case .string(let text) = value else { throw .noOverload }
            try budget.charge(bytes: text.utf8.count)
            return .bytes(try CELBase64.decode(text))
        }
    }

    private static func addString(_ functions: inout CELFunctions) {
        functions.add(
            "string", .init(.string, returns: .string), .init(.bool, returns: .string), .init(.int, returns: .string),
            .init(.uint, returns: .string), .init(.double, returns: .string), .init(.bytes, returns: .string),
            .init(.timestamp, returns: .string), .init(.duration, returns: .string),
            .init(.named(CELIP.typeName, []), returns: .string), .init(.named(CELCIDR.typeName, []), returns: .string)
        ) { (value, budget) throws(CELFunctionError) -> CELValue in
            switch value {
            case .string: return value
            case .bool(let value): return .string(CELConversion.string(value))
            case .int(let value): return .string(CELConversion.string(value))
            case .uint(let value): return .string(CELConversion.string(value))
            case .double(let value): return .string(CELConversion.string(value))
            case .bytes(let bytes):
                try budget.charge(bytes: bytes.count)
                return .string(try CELConversion.string(bytes))
            case .timestamp(let time): return .string(time.text)
            case .duration(let duration): return .string(duration.text)
            case .address(let address): return .string(address.text)
            case .network(let network): return .string(network.text)
            default: throw .noOverload
            }
        }
    }
}
