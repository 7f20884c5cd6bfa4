extension JSON {
    /// Reads one JSON document: I-JSON (RFC 7493), UTF-8 without a byte order mark, nothing before or after it but
    /// white space.
    ///
    /// ```swift
    /// do {
    ///     let value = try JSON(parsing: bytes, limits: JSONLimits(bytes: 65536))
    /// } catch {
    ///     print(error.message)  // the key `path` occurs twice in one object, at byte 21
    /// }
    /// ```
    public init(parsing bytes: some Collection<UInt8>, limits: JSONLimits = JSONLimits()) throws(JSONError) {
        let contiguous = bytes.withContiguousStorageIfAvailable { Parser.parse($0, limits: limits) }
        if let contiguous {
            self = try contiguous.get()
            return
        }
        // Counted before it is copied: a lazy collection may be larger than memory.
        let copy = Array(bytes.prefix(min(max(0, limits.bytes), .max - 1) + 1))
        self = try copy.withUnsafeBufferPointer { Parser.parse($0, limits: limits) }.get()
    }

    /// Reads one JSON document from a text.
    public init(parsing text: String, limits: JSONLimits = JSONLimits()) throws(JSONError) {
        try self.init(parsing: text.utf8, limits: limits)
    }
}
