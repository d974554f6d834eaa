/// Finds what separates a file's cells when it is certain.
enum DelimiterDetector {
  private static let candidates: [UInt8] = [0x2C, 0x3B, 0x09, 0x7C]
  private static let rows = 200

  private struct Candidate {
    var delimiter: UInt8
    var columns: Int
    var known: Int
    var isConsistent: Bool
  }

  /// Looks at the rows in `bytes`, the file's beginning.
  static func detect(
    _ bytes: [UInt8], isWhole: Bool, name: String, isKnown: (String) -> Bool
  ) throws -> UInt8 {
    var found = candidates.compactMap { candidate($0, bytes, isWhole: isWhole, isKnown: isKnown) }
    if found.isEmpty { return candidates[0] }  // one column
    let consistent = found.filter(\.isConsistent)
    if !consistent.isEmpty { found = consistent }
    let best = found.map(\.known).max() ?? 0
    let most = best > 0 ? found.filter { $0.known == best } : found
    if most.count == 1 { return most[0].delimiter }
    let names = most.map { "\"\($0.delimiter == 0x09 ? "tab" : String(Unicode.Scalar($0.delimiter)))\"" }
    throw ImportFailure(
      "delimiter-uncertain",
      "The cells of \(name) may be separated by \(names.joined(separator: " or ")). Give --delimiter with the right "
        + "one.", line: 1, flag: "--delimiter")
  }

  /// Nil when the header doesn't hold the delimiter.
  private static func candidate(
    _ delimiter: UInt8, _ bytes: [UInt8], isWhole: Bool, isKnown: (String) -> Bool
  ) -> Candidate? {
    var scanner = CSVScanner(delimiter: delimiter)
    var result: Candidate?
    var position = 0
    var ragged = 0
    bytes.withUnsafeBufferPointer { bytes in
      for _ in 0..<rows {
        guard case .row(let end) = scanner.scan(bytes, from: position, isLast: isWhole), end > position else { break }
        defer { position = end }
        let cells = scanner.cells
        if cells.count == 1, cells[0].start == cells[0].end { continue }
        guard let header = result else {
          guard cells.count > 1 else { break }
          let known = cells.count { isKnown(String(decoding: bytes[$0.start..<$0.end], as: UTF8.self).trimmed) }
          result = Candidate(delimiter: delimiter, columns: cells.count, known: known, isConsistent: true)
          continue
        }
        if cells.count != header.columns { ragged += 1 }
      }
    }
    result?.isConsistent = ragged == 0
    return result
  }
}

extension StringProtocol {
  /// The text without white space at its ends.
  var trimmed: String {
    let scalars = unicodeScalars
    if let first = scalars.first?.value, let last = scalars.last?.value, first > 0x20, first < 0x7F, last > 0x20,
      last < 0x7F
    {
      return String(self)
    }
    guard let start = scalars.firstIndex(where: { !$0.properties.isWhitespace && $0 != "\u{FEFF}" }),
      let end = scalars.lastIndex(where: { !$0.properties.isWhitespace && $0 != "\u{FEFF}" })
    else { return "" }
    return String(self[start...end])
  }
}
