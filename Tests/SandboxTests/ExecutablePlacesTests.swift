import Glibc
import LinuxIO
import TestSupport
import Testing

@testable import Sandbox

@Suite("Where a program lies is remembered for as long as it lies there")
struct ExecutablePlacesTests {
    @Test func `a path is given again, and another one once the file was moved`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("program", "one")
        let places = ExecutablePlaces()
        let program = try Descriptor.open(path, pathOnly).shared()
        for _ in 0..<2 { #expect(try places.path(of: program) == path) }
        #expect(rename(path, folder("moved")) == 0)
        #expect(try places.path(of: program) == folder("moved"))
    }

    @Test func `another file under the name is not the program`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("program", "one")
        let places = ExecutablePlaces()
        let program = try Descriptor.open(path, pathOnly).shared()
        #expect(try places.path(of: program) == path)
        #expect(unlink(path) == 0)
        try folder.write("program", "another")
        #expect(try places.path(of: program) == path + " (deleted)")
        let other = try Descriptor.open(path, pathOnly).shared()
        #expect(try places.path(of: other) == path)
        // A link that leads to the program is no place of it.
        #expect(rename(path, folder("aside")) == 0 && symlink("aside", path) == 0)
        #expect(try places.path(of: other) == folder("aside"))
    }
}
