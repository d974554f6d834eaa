/// A part of a day: one span of a rule, or the time of unknown end that follows it.
struct CompiledSpan: Sendable {
  let state: OpeningState
  let from: TimePoint
  let to: TimePoint
  /// Whether the end is a time of the next day.
  let wraps: Bool
  let usesSun: Bool
  let hasTail: Bool

  private init(state: OpeningState, from: TimePoint, to: TimePoint, wraps: Bool) {
    self.state = state
    self.from = from
    self.to = to
    self.wraps = wraps
    usesSun = from.isSun || to.isSun
    // A sunset after midnight is a tail too.
    hasTail = wraps || to.isSun || to.nominal > 1440
  }

  /// The spans of a rule, in the order in which they are painted; the whole day where no times are written.
  static func spans(of times: [TimeSpan], state: OpeningState) -> [CompiledSpan] {
    guard !times.isEmpty else {
      return [CompiledSpan(state: state, from: .clock(0), to: .clock(1440), wraps: false)]
    }
    var spans: [CompiledSpan] = []
    for (index, time) in times.enumerated() {
      let begin = time.from.nominal
      if let to = time.to {
        // The same time twice is a whole day; a sun that nominally rises at just that time is none.
        // And what ends when the sun sets ends that evening: `20:00-sunset` is nothing in winter, not a night and a day.
        let wraps =
          !(to.isEvening && !time.from.isSun)
          && (to.nominal < begin || to.nominal == begin && !to.isSun && !time.from.isSun)
        spans.append(CompiledSpan(state: state, from: time.from, to: to, wraps: wraps))
      }
      if time.isOpenEnd {
        let from = time.to ?? time.from
        var start = from.nominal
        if let to = time.to, start <= begin, !to.isEvening || time.from.isSun { start += 1440 }
        // Until another span of the rule begins, at the latest.
        let next = times.enumerated().filter { $0.offset != index && $0.element.from.nominal > start }
          .map(\.element.from.nominal).min()
        let end = min(guess(closing: start), next ?? 2880)
        spans.append(
          CompiledSpan(
            state: state == .closed ? .closed : .unknown, from: from.later(by: start - from.nominal), to: .clock(end),
            wraps: false))
      }
    }
    return spans
  }

  /// When a place that opened, or was still open, at a minute has closed at the latest: the guess of opening_hours.js.
  private static func guess(closing start: Int) -> Int {
    switch start {
    case ..<1020: 1440
    case ..<1320: start + 600
    default: min(start + 480, 2880)
    }
  }

  /// The first minute and the one after the last, counted from the midnight of the day on which the span begins.
  func minutes(_ sun: SunTimes, next: SunTimes) -> (Int, Int) {
    (from.minute(sun), wraps ? to.minute(next) + 1440 : to.minute(sun))
  }
}

extension HoursExpression {
  /// When the last span of the expression is over at the latest, in minutes after the midnight of the day on which it
  /// begins: over 1440 where one reaches into the next day, at most 2880. An end by the sun counts as noon of the next
  /// day where it may be there.
  public var latestEnd: Int {
    rules.flatMap { CompiledSpan.spans(of: $0.times, state: .open) }.map { span in
      if span.to.isSun { return span.wraps ? 2160 : 1800 }
      return span.to.nominal + (span.wraps ? 1440 : 0)
    }.max() ?? 1440
  }
}

extension TimePoint {
  var isSun: Bool {
    if case .sun = self { true } else { false }
  }

  var isEvening: Bool {
    switch self {
    case .sun(.sunset, _), .sun(.dusk, _): true
    case .sun, .clock: false
    }
  }

  /// The time where nothing is known of the position.
  var nominal: Int { minute(.nominal) }

  func minute(_ sun: SunTimes) -> Int {
    switch self {
    case .clock(let minute): minute
    case .sun(let event, let offset): sun.minute(event) + offset
    }
  }

  func later(by minutes: Int) -> TimePoint {
    switch self {
    case .clock(let minute): .clock(minute + minutes)
    case .sun(let event, let offset): .sun(event, offset: offset + minutes)
    }
  }
}
