import Glibc

/// The desktop's browser, where there is one.
enum Browser {
    private static let program = "/usr/bin/xdg-open"

    /// Shows a page. The link would be in the process list for as long as `xdg-open` runs, where every user can read it:
    /// other users' connections are refused, and it opens once.
    static func show(_ link: String) {
        guard access(program, X_OK) == 0 else {
            return Output.complain("there is no \(program) to open a browser with; open the link yourself")
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor in 0...2 {
            posix_spawn_file_actions_addopen(&actions, Int32(descriptor), "/dev/null", O_RDWR, 0)
        }
        let arguments = [strdup(program), strdup(link), nil]
        defer { for pointer in arguments { free(pointer) } }
        var process: pid_t = 0
        guard posix_spawn(&process, program, &actions, nil, arguments, environ) == 0 else {
            return Output.complain("\(program) cannot be started; open the link yourself")
        }
    }
}
