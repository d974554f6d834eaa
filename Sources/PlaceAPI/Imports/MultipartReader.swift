import Glibc
import Places

/// Reads `multipart/form-data` (RFC 7578) as it comes in, with flat memory.
struct MultipartReader {
  /// A part's head.
  struct Part {
    let name: String
    let fileName: String?
  }

  /// What was read.
  enum Event {
    case part(Part)
    /// A stretch of the part's content.
    case bytes(UnsafeRawBufferPointer)
  }

  private enum State { case preamble, delimiter, head, content, end }

  private let delimiter: [UInt8]
  private var state = State.preamble
  /// What was not told yet. It begins with a line end, which the first delimiter may lack.
  private var buffer: [UInt8] = [0x0D, 0x0A]
  private static let headLimit = 16_384

  /// Nil when the type is another one; throws ``Problem`` 400 when it lacks a sound boundary.
  init?(contentType: String?) throws {
    guard let contentType, contentType.prefix(while: { $0 != ";" }).trimmed.lowercased() == "multipart/form-data" else {
      return nil
    }
    guard let boundary = Self.parameter("boundary", of: contentType), (1...70).contains(boundary.utf8.count) else {
      throw Problem.malformed("The Content-Type multipart/form-data has no boundary.")
    }
    delimiter = Array("\r\n--\(boundary)".utf8)
  }

  /// Takes the next bytes of the body. Throws ``Problem`` 400 for what is no multipart body.
  mutating func take(_ bytes: some Sequence<UInt8>, _ handle: (Event) throws -> Void) throws {
    buffer.append(contentsOf: bytes)
    while try step(handle) {}
  }

  /// Throws ``Problem`` 400 unless the last delimiter has come.
  func finish() throws {
    guard state == .end else { throw Problem.malformed("The multipart body ends before its last boundary.") }
  }

  /// Goes on as far as one state reaches; false when more has to come.
  private mutating func step(_ handle: (Event) throws -> Void) throws -> Bool {
    switch state {
    case .end:
      buffer = []
      return false
    case .preamble, .content:
      let isContent = state == .content
      let found = position(of: delimiter)
      // The last bytes may be the beginning of a delimiter.
      let end = found ?? max(0, buffer.count - delimiter.count + 1)
      if isContent, end > 0 {
        try buffer.withUnsafeBytes { try handle(.bytes(UnsafeRawBufferPointer(rebasing: $0[..<end]))) }
      }
      buffer.removeFirst(end + (found == nil ? 0 : delimiter.count))
      if found != nil { state = .delimiter }
      return found != nil
    case .delimiter:
      // Blanks may stand behind a boundary.
      guard let first = buffer.firstIndex(where: { $0 != 0x20 && $0 != 0x09 }), buffer.count > first + 1 else {
        return try bounded()
      }
      if buffer[first] == 0x2D, buffer[first + 1] == 0x2D {
        state = .end
        return true
      }
      guard buffer[first] == 0x0D, buffer[first + 1] == 0x0A else {
        throw Problem.malformed("A boundary of the multipart body stands inside a line.")
      }
      buffer.removeFirst(first)
      state = .head
      return true
    case .head:
      guard let end = position(of: [0x0D, 0x0A, 0x0D, 0x0A]) else { return try bounded() }
      let head = String(decoding: buffer[..<end], as: UTF8.self)
      buffer.removeFirst(end + 4)
      state = .content
      try handle(.part(try Self.part(head)))
      return true
    }
  }

  private func bounded() throws -> Bool {
    guard buffer.count <= Self.headLimit else { throw Problem.malformed("A part's head is longer than 16 kB.") }
    return false
  }

  /// Where a text that begins with a line end stands in the buffer.
  private func position(of pattern: [UInt8]) -> Int? {
    buffer.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { return nil }
      var offset = 0
      while bytes.count - offset >= pattern.count,
        let found = memchr(start + offset, Int32(pattern[0]), bytes.count - offset - pattern.count + 1)
      {
        offset = UnsafeRawPointer(found) - start
        if memcmp(found, pattern, pattern.count) == 0 { return offset }
        offset += 1
      }
      return nil
    }
  }

  private static func part(_ head: String) throws -> Part {
    let lines = head.split(separator: "\r\n").map(String.init)
    let line = lines.first { $0.lowercased().hasPrefix("content-disposition:") }
    guard let line, let name = parameter("name", of: line) else {
      throw Problem.malformed(
        "A part of the multipart body has no name (Content-Disposition: form-data; name=\"file\").")
    }
    return Part(name: name, fileName: parameter("filename", of: line))
  }

  /// `name="value"` or `name=value` behind a semicolon.
  private static func parameter(_ name: String, of header: String) -> String? {
    var rest = header[...]
    while let semicolon = rest.firstIndex(of: ";") {
      rest = rest[rest.index(after: semicolon)...]
      guard let equals = rest.firstIndex(of: "=") else { return nil }
      let key = rest[..<equals].trimmed.lowercased()
      rest = rest[rest.index(after: equals)...]
      var value = ""
      if rest.first == "\"" {
        rest.removeFirst()
        while let character = rest.popFirst(), character != "\"" {
          if character == "\\", let escaped = rest.popFirst() { value.append(escaped) } else { value.append(character) }
        }
      } else {
        value = rest.prefix { $0 != ";" }.trimmed
      }
      if key == name { return value }
    }
    return nil
  }
}
