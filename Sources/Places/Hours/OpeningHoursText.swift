import OpeningHours

/// Opening hours as they come in from outside.
public enum OpeningHoursText {
  /// The expression that is stored for a text: as given where it keeps to the grammar, in its normal form where it was
  /// understood leniently. Words of other languages than the grammar's English are prose: proposed, never stored by
  /// themselves. Throws ``InvalidValue`` `opening-hours` saying where it can't be read and what to write.
  public static func checked(_ text: String) throws(InvalidValue) -> String {
    lazy var meant = proposal(for: text)?.expression
    do throws(HoursParseError) {
      let parsed = try HoursExpression.parse(text)
      guard !parsed.warnings.isEmpty else { return text }
      let normal = parsed.expression.description
      if let word = parsed.warnings.first(where: \.isOtherLanguage) {
        throw HoursParseError(
          position: word.position, detail: "Words in other languages are proposed and not stored.",
          suggestion: meant == nil ? "If this is what is meant, write: \(normal)" : nil)
      }
      // It may be longer than what was given, and is to be read again.
      _ = try HoursExpression.parse(normal)
      return normal
    } catch {
      let proposed = meant.map { " If this is what is meant, write: \($0)" } ?? ""
      throw InvalidValue("opening-hours", value: text, "No opening hours, \(error)\(proposed)")
    }
  }

  /// From which confidence on a proposal is told: below it more is guessed than read.
  public static let leastConfidence = 0.5

  /// The expression that words may mean, for a person to accept; nil for words that are not understood well enough.
  public static func proposal(for text: String) -> HoursProposal? {
    HoursProse.propose(text).flatMap { proposal in
      // What can't be read again is no proposal.
      let isSound = (try? HoursExpression.parse(proposal.expression.description)) != nil
      return proposal.confidence >= leastConfidence && isSound ? proposal : nil
    }
  }

  /// The hours of an exception: an expression without dates. Throws ``InvalidValue`` `opening-hours`.
  public static func checkedTimes(_ text: String) throws(InvalidValue) -> String {
    let checked = try checked(text)
    let rules = (try? HoursExpression(parsing: checked))?.rules ?? []
    guard !rules.contains(where: { !$0.dates.isEmpty || !$0.years.isEmpty }) else {
      throw InvalidValue(
        "opening-hours", value: text,
        "The hours of an exception have no dates: those are told by date, or by from and to. Give times such as "
          + "09:00-12:00.")
    }
    return checked
  }
}
