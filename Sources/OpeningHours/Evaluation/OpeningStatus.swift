/// What a place is at a moment.
public enum OpeningState: String, Sendable, Hashable, CaseIterable {
  case open, closed, unknown
}

/// The state at an instant, and what was written beside the rule that decided it.
public struct OpeningStatus: Sendable, Hashable {
  /// The state.
  public let state: OpeningState
  /// The comment of the deciding rule.
  public let comment: String?

  /// Makes a status.
  public init(state: OpeningState, comment: String? = nil) {
    self.state = state
    self.comment = comment
  }

  /// Closed because no rule says anything else.
  public static let closed = OpeningStatus(state: .closed)
}

/// A half-open interval `start..<end` in which state and comment stay the same.
public struct OpeningInterval: Sendable, Hashable {
  /// The first instant, seconds since 1970-01-01T00:00:00Z.
  public let start: Int64
  /// The first instant after it, seconds since 1970-01-01T00:00:00Z.
  public let end: Int64
  /// State and comment.
  public let status: OpeningStatus

  /// Makes an interval.
  public init(start: Int64, end: Int64, status: OpeningStatus) {
    self.start = start
    self.end = end
    self.status = status
  }
}
