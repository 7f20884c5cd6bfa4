import Glibc
import LeaseTestSupport
import LinuxIO
import Registry

// A host in miniature, which issues one credential and ends it, and dies by SIGKILL at the step that it is told.
//
//     LeaseTestHelper HOME BANK STEP      prints `done` if it lives
//     LeaseTestHelper HOME BANK recover   prints what a person should look at, and `done`

let words = CommandLine.arguments
guard words.count == 4 else { exit(2) }
let deadly = LeaseStep(rawValue: words[3])
let scene = try LeaseScene(home: words[1], bank: Bank(words[2]), settling: .seconds(8)) { step in
    if step == deadly { kill(getpid(), SIGKILL) }
}
for note in try await scene.finishDead() { print(note) }
if deadly != nil {
    let stage = scene.stage
    let issued = try await stage.issue(try scene.wanted(), for: scene.binding)
    stage.delivered()
    _ = await stage.end(issued)
}
try await scene.ledger.close()
print("done")
