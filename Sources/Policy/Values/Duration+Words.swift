extension Duration {
    /// `90s`, `20m`, `4h`, as a manifest would have it: the largest unit that says it exactly, down to milliseconds.
    var words: String {
        let (seconds, attoseconds) = components
        if attoseconds != 0 {
            let (milliseconds, overflows) = seconds.multipliedReportingOverflow(by: 1000)
            return overflows ? "\(seconds)s" : "\(milliseconds + attoseconds / 1_000_000_000_000_000)ms"
        }
        for (unit, length) in [("d", Int64(86_400)), ("h", 3600), ("m", 60)] where seconds != 0 {
            if seconds.isMultiple(of: length) { return "\(seconds / length)\(unit)" }
        }
        return "\(seconds)s"
    }
}
