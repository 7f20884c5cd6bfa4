import ArgumentParser
import Console

@main
struct ConsoleProgram: AsyncParsableCommand {}
