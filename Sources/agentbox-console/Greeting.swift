import Console
import Glibc
import LinuxIO
import StrictJSON

/// What the terminal is told: the link, and another one for each line that is typed.
struct Greeting: Sendable {
    let server: ConsoleServer
    let json: Bool
    let opensBrowser: Bool

    func greet(port: Int) async {
        guard let link = server.newLink() else { return }
        if json {
            let greeting: JSON = [
                "url": .string(link), "port": .integer(Int64(port)),
                "expiresInSeconds": .integer(ConsoleServer.linkSeconds),
            ]
            Output.print(greeting.encodedString())
        } else {
            Output.print(
                """
                agentbox console: \(link)
                  It opens once, within two minutes, for you alone. Enter: another link. Ctrl-C: end.
                """)
        }
        if opensBrowser { Browser.show(link) }
        // A thread of its own: nobody may ever type anything.
        let server = server
        let json = json
        startThread(named: "agentbox-lines") {
            while readLine() != nil {
                guard let link = server.newLink() else { continue }
                Output.print(json ? (["url": .string(link)] as JSON).encodedString() : "agentbox console: \(link)")
            }
            // Nothing more comes: the console goes on.
            while true { pause() }
        }
    }
}
