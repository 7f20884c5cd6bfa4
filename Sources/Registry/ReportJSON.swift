import Sandbox
import StrictJSON

extension CallReport.End {
    /// The exit status; nil if the process was ended by somebody else, or goes on.
    package var exitStatus: Int32? { if case .exited(let status) = self { status } else { nil } }
    /// The signal that ended it; nil if none did.
    package var signal: Int32? { if case .signalled(let number) = self { number } else { nil } }
}

extension ResourceUse {
    var json: JSON {
        var object: JSONObject = [
            "userMicroseconds": .integer(Int64(clamping: userMicroseconds)),
            "systemMicroseconds": .integer(Int64(clamping: systemMicroseconds)),
            "peakBytes": .integer(Int64(clamping: peakBytes)),
            "readBytes": .integer(Int64(clamping: readBytes)),
            "writtenBytes": .integer(Int64(clamping: writtenBytes)),
            "memoryBoundBy": group == nil ? "process" : "cgroup",
        ]
        if let peak = group?.peakBytes { object["peakBytesTogether"] = .integer(Int64(clamping: peak)) }
        return .object(object)
    }
}
