/// What the change log tells of: places, event links and imports of addresses.
public enum ChangeEntity: String, Sendable, Hashable, CaseIterable {
  /// A place.
  case place
  /// An event link.
  case event
  /// An import session of addresses, one line for all of them.
  case address
}

/// What happened to it.
public enum ChangeKind: String, Sendable, Hashable, CaseIterable {
  /// It is new.
  case created
  /// Something about it is different.
  case updated
  /// It is no longer there, or no longer public.
  case deleted
  /// It became part of another.
  case merged
  /// It became several.
  case split
  /// It is there again.
  case restored
}

/// One line of the change log, as one reader is told it.
public struct ChangeLine: Sendable, Hashable {
  /// Its number: gap-free and in the order of commits.
  public var sequence: Int
  /// When it was committed (RFC 3339).
  public var time: String
  /// What it tells of.
  public var entity: ChangeEntity
  /// The id of the place or event, or the import session.
  public var id: String
  /// What happened.
  public var kind: ChangeKind
  /// Whom it became: one after a merge or where an event was replaced, several after a split.
  public var replacedBy: [String]
  /// Its version from then on; nil where the notion makes no sense.
  public var version: Int?
  /// The organisation's id or `import:<session>`.
  public var actor: String?
  /// Whether only derived fields changed: no version was made.
  public var derived: Bool
  /// Who it was, for readers that may know.
  public var person: String?
  /// An address import's counts, as JSON.
  public var detail: String?

  /// Makes a line.
  public init(
    sequence: Int, time: String, entity: ChangeEntity, id: String, kind: ChangeKind, replacedBy: [String] = [],
    version: Int? = nil, actor: String? = nil, derived: Bool = false, person: String? = nil, detail: String? = nil
  ) {
    self.sequence = sequence
    self.time = time
    self.entity = entity
    self.id = id
    self.kind = kind
    self.replacedBy = replacedBy
    self.version = version
    self.actor = actor
    self.derived = derived
    self.person = person
    self.detail = detail
  }

  private func write(into w: inout JSONWriter) {
    w.beginObject()
    w.key("seq")
    w.integer(sequence)
    w.key("time")
    w.string(time)
    w.key("entity")
    w.string(entity.rawValue)
    w.key("id")
    w.string(id)
    w.key("kind")
    w.string(kind.rawValue)
    w.key("replaced_by")
    switch kind {
    case .merged, .deleted: w.string(replacedBy.first)
    case .split:
      w.beginArray()
      for id in replacedBy { w.string(id) }
      w.endArray()
    default: w.null()
    }
    w.key("version")
    if let version { w.integer(version) } else { w.null() }
    w.key("actor")
    w.string(actor)
    w.key("derived")
    w.bool(derived)
    if let person {
      w.key("person")
      w.string(person)
    }
    if let detail {
      w.key("detail")
      w.raw(detail.utf8)
    }
    w.endObject()
  }

  /// Bytes that a line takes, about.
  static let typicalBytes = 220

  static func write(_ lines: [ChangeLine], into w: inout JSONWriter) {
    w.beginArray()
    for line in lines { line.write(into: &w) }
    w.endArray()
  }
}

/// A stretch of the change log, as one reader is told it.
public struct ChangePage: Sendable, Hashable {
  /// The lines that the reader may see, in the order of their numbers.
  public var lines: [ChangeLine]
  /// Everything up to this number has been told: what to ask after the next time.
  public var next: Int
  /// The number of the log's newest line when it was read.
  public var head: Int
  /// Which log the numbers belong to; opaque.
  public var epoch: String

  /// Makes a page.
  public init(lines: [ChangeLine], next: Int, head: Int, epoch: String) {
    self.lines = lines
    self.next = next
    self.head = head
    self.epoch = epoch
  }

  /// The body of `GET /v1/changes` and of each webhook delivery.
  public var json: [UInt8] {
    var w = JSONWriter(capacity: 128 + lines.count * ChangeLine.typicalBytes)
    w.beginObject()
    w.key("data")
    ChangeLine.write(lines, into: &w)
    w.key("next")
    w.integer(next)
    w.key("head")
    w.integer(head)
    w.key("epoch")
    w.string(epoch)
    w.endObject()
    return w.bytes
  }
}
