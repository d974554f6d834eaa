/// Opening hours as people write them, in Finnish or Swedish, some English: proposed as an expression, never more.
///
/// `arkisin` and `vardagar` are Monday to Friday. A period with its own hours has no others. Where a word is not
/// understood, what it may change is left out and told.
public enum HoursProse {
  /// Reads a text. Nil where nothing of it was understood.
  public static func propose(_ text: String) -> HoursProposal? {
    // Longer ones are pages, not hours.
    let characters = Array(text.prefix(4000))
    let tokens = ProseToken.tokens(of: characters)
    let items = ProseScanner.items(tokens)
    let reader = ProseReader(items)
    var writer = ProseWriter()
    guard let expression = writer.expression(reader.clauses, isClosedAlone: reader.isClosedAlone) else { return nil }
    var used = Set(reader.clauses.flatMap(\.items))
    if reader.isClosedAlone { used = Set(items.indices.filter { items[$0].kind == .closed }) }
    let parts = Parts(items, used, tokens, characters)
    // "Closed" beside anything that is not understood: closed, but when?
    if reader.isClosedAlone, !parts.leftover.isEmpty { return nil }
    let share = Double(parts.usedWords) / Double(max(parts.usedWords + parts.leftWords, 1))
    var confidence = reader.certainty * writer.certainty * share
    for _ in parts.leftover.prefix(10) { confidence *= 0.9 }
    return HoursProposal(
      expression: expression, confidence: (confidence * 100).rounded() / 100, understood: parts.understood,
      leftover: parts.leftover, notes: reader.notes + writer.notes)
  }

  /// The text cut into what was understood and what was not.
  private struct Parts {
    var understood: [String] = []
    var leftover: [String] = []
    var usedWords = 0
    var leftWords = 0

    init(_ items: [ProseItem], _ used: Set<Int>, _ tokens: [ProseToken], _ text: [Character]) {
      var run: (isUsed: Bool, tokens: Range<Int>)?
      func part(_ tokens: Range<Int>, _ all: [ProseToken]) -> String {
        String(text[all[tokens.lowerBound].range.lowerBound..<all[tokens.upperBound - 1].range.upperBound])
      }
      for (index, item) in items.enumerated() {
        let isUsed = used.contains(index)
        switch item.kind {
        // Marks and words that say nothing belong to what is around them; a heading "open" says what is so anyway.
        case .filler, .comma, .semicolon, .stop: continue
        case .open where !isUsed, .or where !isUsed: continue
        default: break
        }
        if isUsed { usedWords += item.tokens.count } else { leftWords += item.tokens.count }
        if let last = run, last.isUsed == isUsed {
          run = (isUsed, last.tokens.lowerBound..<item.tokens.upperBound)
          continue
        }
        if let last = run { add(last.isUsed, part(last.tokens, tokens)) }
        run = (isUsed, item.tokens)
      }
      if let last = run { add(last.isUsed, part(last.tokens, tokens)) }
    }

    private mutating func add(_ isUsed: Bool, _ text: String) {
      if isUsed { understood.append(text) } else { leftover.append(text) }
    }
  }
}

/// Hours that a text may mean, for a person to accept.
public struct HoursProposal: Sendable, Hashable {
  /// What was understood.
  public let expression: HoursExpression
  /// 0–1: 1 where each word was understood and could be meant in one way only.
  public let confidence: Double
  /// The parts of the text that the expression was read from, in their order.
  public let understood: [String]
  /// The parts that were not understood or not used.
  public let leftover: [String]
  /// What was taken to be meant where more was possible.
  public let notes: [String]
}
