import Diagnostics
import Glibc
import LinuxIO
import MCP
@_spi(Launch) import Sandbox

/// The process of a tool server in its box, with pipes for its standard streams.
///
/// When nobody holds this value any more everything in the box dies, and with the host anyway.
final class ServerProcess: Sendable {
    /// The streams that messages go over.
    let channel: LineChannel
    private let process: ConfinedProcess
    private let errors: ErrorTail
    private let ending: Task<Result<ConfinedProcess.End, SandboxError>, Never>

    /// Starts the server.
    init(_ box: ConfinedSpecification, by launcher: Launcher) async throws {
        var box = box
        var input = try Descriptor.pipe()
        var output = try Descriptor.pipe()
        var errorOutput = try Descriptor.pipe()
        let (reader, writer) = (output.takeFirst().shared(), input.takeSecond().shared())
        let errorReader = errorOutput.takeFirst().shared()
        for end in [reader, writer, errorReader] { try end.setNonblocking(true) }
        box.input = input.takeFirst().shared()
        box.output = output.takeSecond().shared()
        box.errorOutput = errorOutput.takeSecond().shared()
        let process = try await launcher.start(box)
        // Held here they would keep the pipes open when the server has gone.
        (box.input, box.output, box.errorOutput) = (nil, nil, nil)
        self.process = process
        channel = LineChannel(input: reader, output: writer)
        errors = ErrorTail(errorReader) { process.kill() }
        ending = Task {
            do throws(SandboxError) { return .success(try await process.wait()) } catch { return .failure(error) }
        }
    }

    /// Ends everything in the box, at once.
    func kill() { process.kill() }

    /// Waits until no process of the server is left.
    func end() async -> Result<ConfinedProcess.End, SandboxError> { await ending.value }

    /// The same, but not for ever.
    func waitForEnd(until deadline: ContinuousClock.Instant) async {
        _ = await Waited.value(of: ending, until: deadline, heedsCancellation: false)
    }

    /// True if it was ended because it wrote too much to standard error.
    var hasFloodedErrors: Bool { errors.isFlooded }

    /// The last that it wrote to standard error, made fit to be shown; without an end if it still runs.
    var lastWords: [String] { errors.lines }
}

/// The end of what a server writes to standard error: read to keep it going, kept for whoever asks why it died. It has a
/// limit too: what is thrown away has to be read before.
final class ErrorTail: Sendable {
    private static let kept = 4 << 10
    private static let shownLines = 12
    static let most = 64 << 20

    private let tail = Locked<[UInt8]>([])
    private let flooded = Locked(false)
    private let reading: Task<Void, Never>

    var isFlooded: Bool { flooded.withLock { $0 } }

    /// - Parameter flood: Called when there is too much.
    init(_ pipe: SharedDescriptor, flood: @escaping @Sendable () -> Void) {
        let (tail, flooded) = (tail, flooded)
        reading = Task {
            var total = 0
            var chunk = [UInt8](repeating: 0, count: 16 << 10)
            while !Task.isCancelled {
                guard (try? await Reactor.shared.waitReadable(pipe)) == .ready else { return }
                let count = (try? chunk.withUnsafeMutableBytes { bytes in try pipe.read(into: bytes) ?? -1 }) ?? 0
                if count == 0 { return }
                guard count > 0 else { continue }
                total += count
                guard total <= Self.most else {
                    flooded.withLock { $0 = true }
                    return flood()
                }
                tail.withLock { tail in
                    tail += chunk[..<count]
                    if tail.count > Self.kept { tail.removeFirst(tail.count - Self.kept) }
                }
            }
        }
    }

    deinit { reading.cancel() }

    var lines: [String] {
        let text = String(decoding: tail.withLock { $0 }, as: UTF8.self)
        return text.split(whereSeparator: \.isNewline).suffix(Self.shownLines).map {
            VisibleText.line(String($0), limit: 400)
        }
    }
}
