/// # Observe
///
/// Watches a workflow as it runs today, unrestricted, and says which static credentials it came upon, which hosts it
/// connected to after that, how long each credential lives, and which manifests would take their place. It sees a secret
/// only to tell what kind it is, and keeps and prints none.
///
/// What a program is given is all that can be seen of an environment: nobody hears whether it looked. Of files, sockets
/// and connections the system calls are heard (`CObserve`), and every one of them goes on.
package enum Observe {}
