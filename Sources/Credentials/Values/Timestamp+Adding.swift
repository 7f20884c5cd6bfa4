import LinuxIO

extension Timestamp {
    package func adding(_ time: Duration) -> Timestamp {
        Timestamp(millisecondsSince1970: millisecondsSince1970 + time.wholeMilliseconds)
    }
}
