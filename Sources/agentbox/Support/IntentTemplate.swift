/// What `intent new` writes.
enum IntentTemplate {
    static func text(named name: String) -> String {
        """
        apiVersion: agentbox.dev/v1
        kind: Intent
        name: \(name)
        purpose: Say in a sentence what the task is for.
        principal: you@example.com              # the person accountable
        expires: 4h
        workspace: .                            # relative to this file
        rules:                                  # order never matters: deny beats approve beats allow
          - allow: fs.read
          - allow: fs.list
          - allow: fs.search
        # - allow: fs.edit
        #   args: {path: {under: [Sources, Tests]}}
        #   budget: {calls: 20, per: 1h}
        # - allow: exec.run
        #   args: {argv: {oneOf: [[make, test]]}}
        budget: {calls: 200, time: 2h}

        """
    }
}
