import Foundation
import PlaceStore
import Places

/// Pulls the places and events of another registry that speaks Linked Events: a page is a transaction, a row that can't
/// be taken stops no other, and a run that was ended, however, goes on where it stopped.
public struct Harvester: Sendable {
  private let store: PlaceStore
  private let options: HarvestOptions
  private let stop: HarvestStop
  private let fetch: HarvestFetcher.Fetch
  private let author: Author

  /// Makes a harvester.
  ///
  /// - Parameters:
  ///   - stop: tells it to end after the page under way.
  ///   - fetch: sends GET and answers whatever came, without following redirects; throws ``HarvestUnreachable``.
  public init(
    store: PlaceStore, options: HarvestOptions, stop: HarvestStop = HarvestStop(),
    fetch: @escaping @Sendable (String) async throws -> HarvestResponse
  ) {
    self.store = store
    self.options = options
    self.stop = stop
    self.fetch = fetch
    author = Author(actor: "import:harvest-\(options.source)", action: "harvest")
  }

  /// Runs once over places and events. Throws ``ImportFailure`` when the other side doesn't answer or answers something
  /// else, and ``PlaceStore/StoreError``; what was read before is kept, and the next run goes on there.
  public func run() async throws -> HarvestReport {
    let start = ContinuousClock.now
    var report = HarvestReport(options)
    var fetcher = HarvestFetcher(options, stop: stop, fetch: fetch)
    var seen: Set<String>? = options.isDryRun ? [] : nil
    var matching = try await matching()
    for kind in HarvestKey.Kind.allCases {
      var part = kind == .place ? report.places : report.events
      let (isDone, isResumed) = try await pass(kind, &part, &fetcher, &seen, &matching)
      part.seconds = start.duration(to: .now) / .seconds(1)
      if kind == .place { report.places = part } else { report.events = part }
      if isResumed { report.isResumed = true }
      report.isComplete = isDone
      report.matched = matching?.matched
      report.doubts = (matching?.doubts.values ?? [:].values).sorted { $0.id < $1.id }
      guard isDone else { break }
    }
    return report
  }

  /// One pass over places or events; whether it came to its end, and whether it went on with an earlier one.
  private func pass(
    _ kind: HarvestKey.Kind, _ report: inout ImportReport, _ fetcher: inout HarvestFetcher, _ seen: inout Set<String>?,
    _ matching: inout HarvestMatching?
  ) async throws -> (isDone: Bool, isResumed: Bool) {
    let key = HarvestKey(url: options.url, source: options.source, kind: kind)
    var state = try await store.harvestState(key)
    if options.isDryRun { state.nextPage = nil }
    let isResumed = state.nextPage != nil
    var page = HarvestPage(
      key: key, engine: store.engine, report: report, owners: try await store.sourceOwners(), seen: seen,
      matching: matching)
    defer {
      report = page.report
      seen = page.seen
      matching = page.matching
    }
    if kind == .place, matching != nil { try await takeDoubts(&page) }
    var isFirst = !isResumed
    var restarts = false
    var isAsked = false
    var questions = state.nextPage.map { [$0] } ?? self.questions(kind, since: state.since)
    var next: String? = questions.removeFirst()
    while let url = next {
      if stop.isStopped { return (false, isResumed) }
      switch try await fetcher.page(url) {
      case .stopped: return (false, isResumed)
      case .refused(let status):
        if isFirst, !questions.isEmpty {
          next = questions.removeFirst()
          continue
        }
        // An address kept from an earlier run that the other side no longer takes: the pass begins anew.
        if isResumed, !isAsked, status != 404 {
          questions = self.questions(kind, since: state.since)
          next = questions.removeFirst()
          (isFirst, restarts, isAsked) = (true, true, true)
          continue
        }
        // Linked Events answers 404 for pages beyond the end: the list has become shorter meanwhile.
        guard !isFirst, status == 404 else {
          throw ImportFailure("harvest-answer", "\(url) answered \(status): is this a Linked Events service?")
        }
        try await take([], url, next: nil, time: nil, restarts: false, &page)
        next = nil
      case .page(let list):
        let first = page.report.rows + 1
        let objects = list.objects.enumerated().map { (number: first + $0.offset, object: $0.element) }
        try await take(objects, url, next: list.next, time: isFirst ? list.time : nil, restarts: restarts, &page)
        restarts = false
        next = list.next
      }
      isFirst = false
      isAsked = true
    }
    guard !options.isDryRun else { return (true, isResumed) }
    let links = HarvestLinks(store: store, author: author, key: key, stop: stop)
    return (try await links.settle(&page.report), isResumed)
  }

  /// The first page of a pass, in the ways it may be asked for. Linked Events leaves parameters aside that it doesn't
  /// know, so those of this registry are always there.
  private func questions(_ kind: HarvestKey.Kind, since: String?) -> [String] {
    let since = since.map { "=" + ResourceAddress.escape(Self.before($0)) }
    let size = "page_size=\(options.pageSize)"
    switch kind {
    case .place:
      let changed = since.map { "&modified_since\($0)" } ?? ""
      return [
        "\(options.url)/v1/place/?include_areas=true&\(size)&show_all_places=true&show_deleted=true&sort=id\(changed)"
      ]
    case .event:
      let changed = since.map { "&last_modified_since\($0)" } ?? ""
      // The newest first: an event that changes meanwhile moves to the front, where none is missed for it.
      let rest = "\(size)&show_deleted=true&sort=-last_modified_time\(changed)"
      return ["all", "general,course,volunteering"].map { "\(options.url)/v1/event/?event_type=\($0)&\(rest)" }
    }
  }

  /// A minute earlier: what was being written while the last pass began may have been hidden from it.
  private static func before(_ time: String) -> String {
    guard let time = Timestamp(rfc3339: time, zone: EventTime.zone) else { return time }
    return Timestamp(microseconds: time.microseconds - 60_000_000).description
  }

  /// Writes a page; where the database itself refuses a row, each row alone, so that it stops no other.
  private func take(
    _ objects: [(number: Int, object: JSONValue)], _ url: String, next: String?, time: String?, restarts: Bool,
    _ page: inout HarvestPage
  ) async throws {
    let key = page.key
    try await take(objects, &page) {
      try await $0.advance(key, page: url, next: next, time: time, restarts: restarts)
    }
  }

  private func take(
    _ objects: [(number: Int, object: JSONValue)], _ page: inout HarvestPage,
    advance: (StoreTransaction) async throws -> Void
  ) async throws {
    if page.key.kind == .place {
      try await page.matching?.ask(objects.map(\.object), store: store, actor: author.actor)
    }
    do {
      page = try await write(objects, page, advance: advance)
    } catch StoreError.refused {
      for object in objects {
        do { page = try await write([object], page) { _ in } } catch let error as StoreError {
          guard case .refused = error else { throw error }
          page.report.rows += 1
          page.reject(
            ImportProblem(
              line: object.number, id: object.object["id"]?.stringValue, code: "refused", detail: "\(error)"))
        }
      }
      page = try await write([], page, advance: advance)
    } catch is HarvestOvertaken {
      throw ImportFailure(
        "harvest-overtaken",
        "Another harvest of \(options.url) into \(options.source) is running: this one has ended, nothing is lost.")
    }
  }

  /// What is matched, and what a person has said of it. Throws ``ImportFailure`` `unknown-place`.
  private func matching() async throws -> HarvestMatching? {
    guard options.isMatching else { return nil }
    var decisions: [String: PlaceID?] = [:]
    let given = Set(options.decisions.values.compactMap { $0 }).sorted()
    let ends = Dictionary(try await store.resolve(ids: given, viewer: .all).map { ($0.id, $0) }) { a, _ in a }
    for (id, decided) in options.decisions.sorted(by: { $0.key < $1.key }) {
      guard let decided else {
        decisions[id] = .some(nil)
        continue
      }
      guard let end = ends[decided], end.current.count == 1, let place = try? PlaceID(end.current[0]) else {
        throw ImportFailure(
          "unknown-place",
          "\(id) was said to be \(decided), which is no living place here: write its id, or none.", flag: "--decisions")
      }
      decisions[id] = place
    }
    return HarvestMatching(decisions: decisions)
  }

  /// Looks again at the places that wait for a person: somebody may have said so since, or given them an identifier.
  private func takeDoubts(_ page: inout HarvestPage) async throws {
    let waiting = try await store.harvestDoubts(page.key)
    for start in stride(from: 0, to: waiting.count, by: options.pageSize) {
      let part = waiting[start..<min(start + options.pageSize, waiting.count)]
      let first = page.report.rows + 1
      try await take(part.enumerated().map { (number: first + $0.offset, object: $0.element.object) }, &page) { _ in }
    }
  }

  private struct DryRunEnd: Error {
    let page: HarvestPage
  }

  private func write(
    _ objects: [(number: Int, object: JSONValue)], _ page: HarvestPage,
    advance: (StoreTransaction) async throws -> Void
  ) async throws -> HarvestPage {
    do {
      return try await store.write(by: author) { transaction in
        var page = page
        // A dry run leaves no page behind that the next one could follow.
        if !options.isDryRun { try await advance(transaction) }
        switch page.key.kind {
        case .place: try await page.places(objects, transaction)
        case .event: try await page.events(objects, transaction)
        }
        if options.isDryRun { throw DryRunEnd(page: page) }
        return page
      }.0
    } catch let end as DryRunEnd { return end.page }
  }
}
