import CSandbox
import Glibc
import LinuxIO

/// The bytes of a plan while it is written: a fixed struct at the start, then tables and texts that it refers to by
/// offset (`plan.h`).
struct PlanBuffer {
    private(set) var bytes: [UInt8] = []
    private var texts: [String: UInt32] = [:]

    /// Leaves room for the struct at the start.
    init(reserving size: Int) { bytes = [UInt8](repeating: 0, count: size) }

    /// The offset of a text that ends in NUL; equal texts are stored once.
    mutating func text(_ text: String) throws(SandboxError) -> UInt32 {
        if let offset = texts[text] { return offset }
        guard !text.utf8.contains(0) else {
            // Attack: what is checked here with its NUL would be read there without the rest.
            throw SandboxError(.invalidSpecification, "a text of the call contains a NUL byte")
        }
        let offset = try end()
        bytes.append(contentsOf: text.utf8)
        bytes.append(0)
        texts[text] = offset
        return offset
    }

    /// Tables hold plain structs of `plan.h`.
    mutating func table<Element: BitwiseCopyable>(_ elements: [Element]) throws(SandboxError) -> plan_table {
        guard !elements.isEmpty else { return plan_table() }
        bytes.append(contentsOf: repeatElement(0, count: (8 - bytes.count % 8) % 8))
        let offset = try end()
        elements.withUnsafeBytes { bytes.append(contentsOf: $0) }
        return plan_table(offset: offset, count: UInt32(elements.count))
    }

    /// Puts the struct in its place at the start: the plan is whole.
    mutating func seal<Plan: BitwiseCopyable>(
        _ plan: Plan, _ descriptors: PlanDescriptors
    ) throws(SandboxError) -> SealedPlan {
        bytes.withUnsafeMutableBytes { target in
            withUnsafeBytes(of: plan) { target.copyMemory(from: $0) }
        }
        guard bytes.count > Int(PLAN_INLINE_MAX) || descriptors.all.count >= Int(PLAN_MAX_DESCRIPTORS) else {
            return SealedPlan(bytes: bytes, descriptors: descriptors.all)
        }
        let raw = bytes.withUnsafeBytes { cs_memfd_sealed("agentbox-plan", $0.baseAddress, $0.count) }
        guard raw >= 0 else { throw SandboxError("create the plan", .last("memfd_create")) }
        return SealedPlan(bytes: [], descriptors: [Descriptor(owning: raw).shared()] + descriptors.all)
    }

    func header(_ kind: plan_kind) throws(SandboxError) -> plan_header {
        plan_header(magic: UInt32(PLAN_MAGIC), version: UInt32(PLAN_VERSION), kind: kind.rawValue, size: try end())
    }

    private func end() throws(SandboxError) -> UInt32 {
        guard bytes.count <= Int(PLAN_MAX_SIZE) else {
            throw SandboxError(
                .invalidSpecification, "the call's arguments and environment are larger than \(PLAN_MAX_SIZE) bytes",
                remedy: "give large data on standard input")
        }
        return UInt32(bytes.count)
    }
}

/// The descriptors that go with a plan; a plan names them by their index. 0 is the plan itself.
struct PlanDescriptors {
    private(set) var all: [SharedDescriptor] = []

    /// The index of `descriptor`; one that goes already keeps its index.
    mutating func index(of descriptor: SharedDescriptor) throws(SandboxError) -> Int32 {
        if let known = all.firstIndex(where: { $0 === descriptor }) { return Int32(known) + 1 }
        guard all.count + 1 < Int(PLAN_MAX_DESCRIPTORS) else {
            throw SandboxError(
                .invalidSpecification,
                "the call needs more than \(PLAN_MAX_DESCRIPTORS - 1) files and folders at once",
                remedy: "grant a folder instead of single files, or split the call")
        }
        all.append(descriptor)
        return Int32(all.count)
    }
}

/// A plan as it goes over the control socket: nobody can change it any more.
struct SealedPlan: Sendable {
    /// The plan, if it goes in the message; else the first descriptor is a sealed file with it.
    let bytes: [UInt8]
    let descriptors: [SharedDescriptor]
}
