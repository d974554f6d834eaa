import ArgumentParser
import Geodesy
import Glibc

/// `placeregistry transform`: positions from standard input, transformed, to standard output.
struct Transform: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "transform",
    abstract: "Transform positions from one coordinate system to another.",
    discussion: """
      Reads lines "x y" (easting or longitude first; blanks, a comma or a semicolon between) from standard input and \
      writes "x y" to standard output, degrees with 10 decimals, metres with 4. A line that cannot be read or \
      transformed gives the line "error", its number and the reason on standard error, and exit code 3 at the end.
      """)

  @Option(help: ArgumentHelp("The system of the input.", valueName: "EPSG:n"))
  var from: String

  @Option(help: ArgumentHelp("The system of the output.", valueName: "EPSG:n"))
  var to: String

  @Flag(help: "Both sides in the systems' own axis order (latitude or northing first for many).")
  var authorityOrder = false

  private static let blockSize = 1 << 20

  func run() throws {
    let source = try Transform.srid(from, option: "--from")
    let target = try Transform.srid(to, option: "--to")
    let engine = CoordinateEngine(gridDirectory: SeedsDirectory.locate().map { $0 + "/proj" })
    var badLines = 0
    do {
      var stream = TransformStream(
        from: try engine.crs(source), to: try engine.crs(target), authorityOrder: authorityOrder)
      let failure = try engine.withTransformer(from: source, to: target) { transformer in
        Transform.pump(&stream, transformer)
      }
      if let failure { throw Failure(text: failure) }
      badLines = stream.badLines
    } catch {
      Transform.tell("placeregistry transform: \(error)")
      throw ExitCode(1)
    }
    if badLines > 0 { throw ExitCode(3) }
  }

  /// Moves everything from standard input to standard output; answers what went wrong with either, if anything did.
  private static func pump(_ stream: inout TransformStream, _ transformer: borrowing Transformer) -> String? {
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: blockSize, alignment: 16)
    defer { block.deallocate() }
    var output: [UInt8] = []
    output.reserveCapacity(2 * blockSize)
    var reasons: [UInt8] = []
    let bad = { (line: Int, reason: String) in reasons.append(contentsOf: "line \(line): \(reason)\n".utf8) }
    while true {
      let count = read(STDIN_FILENO, block.baseAddress, blockSize)
      if count < 0 {
        if errno == EINTR { continue }
        return "standard input cannot be read: \(String(cString: strerror(errno)))"
      }
      if count == 0 {
        stream.finish(through: transformer, into: &output, bad: bad)
      } else {
        stream.feed(UnsafeRawBufferPointer(rebasing: block[..<count]), through: transformer, into: &output, bad: bad)
      }
      guard write(&output, to: STDOUT_FILENO) else {
        return "standard output cannot be written: \(String(cString: strerror(errno)))"
      }
      _ = write(&reasons, to: STDERR_FILENO)
      if count == 0 { return nil }
    }
  }

  /// Writes and empties a buffer.
  private static func write(_ bytes: inout [UInt8], to descriptor: Int32) -> Bool {
    defer { bytes.removeAll(keepingCapacity: true) }
    return bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count {
        let count = Glibc.write(descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done)
        if count < 0 {
          if errno == EINTR { continue }
          return false
        }
        done += count
      }
      return true
    }
  }

  static func srid(_ text: String, option: String) throws -> Int {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let number = parts.count == 2 && parts[0].uppercased() == "EPSG" ? parts[1] : parts.count == 1 ? parts[0] : ""
    guard let srid = Int(number), srid > 0 else {
      throw ValidationError("\(option) \(text): write a coordinate system as EPSG:3067.")
    }
    return srid
  }

  private static func tell(_ text: String) {
    var bytes = Array((text + "\n").utf8)
    _ = write(&bytes, to: STDERR_FILENO)
  }

  private struct Failure: Error, CustomStringConvertible {
    let text: String
    var description: String { text }
  }
}
