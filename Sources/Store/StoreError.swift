import Diagnostics
import LinuxIO

/// What goes wrong with the store, and why a tool is not registered.
package struct StoreError: Diagnostic, Equatable {
    package let code: String
    package let message: String
    package let remedy: String?

    package init(_ code: Code, _ message: String, remedy: String? = nil) {
        self.code = code.rawValue
        self.message = message
        self.remedy = remedy
    }

    /// The codes that there are.
    package enum Code: String, Sendable {
        case changedTool = "changed-tool"
        case changedProgram = "changed-program"
        case damagedObject = "damaged-object"
        case damagedPin = "damaged-pin"
        case damagedTool = "damaged-tool"
        case homeMissing = "home-missing"
        case homeUnsafe = "home-unsafe"
        case installation
        case interpreter
        case invalidName = "invalid-name"
        case notExecutable = "not-executable"
        case objectMissing = "object-missing"
        case runDirectory = "run-directory"
        case stateBusy = "state-busy"
        case stateConflict = "state-conflict"
        case stateDamaged = "state-damaged"
        case stateFenced = "state-fenced"
        case stateFull = "state-full"
        case stateNewer = "state-newer"
        case stateUnsafe = "state-unsafe"
        case system
        case tooLarge = "too-large"
        case unregisteredTool = "unregistered-tool"
        case unsafePath = "unsafe-path"
    }

    /// Equality is on the code, as for every diagnostic.
    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }

    /// Runs `body`; a system call that fails in it becomes an error of the store.
    static func translating<Value: ~Copyable>(
        _ what: @autoclosure () -> String, _ body: () throws -> Value
    ) throws(StoreError) -> Value {
        do {
            return try body()
        } catch let error as StoreError {
            throw error
        } catch let error as SystemError {
            throw StoreError(.system, "\(what()): \(error.message)", remedy: error.remedy)
        } catch {
            throw StoreError(.system, "\(what()): \(error)")
        }
    }
}
