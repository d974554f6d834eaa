/// Who asks: nobody in particular, or the holder of a key or token of an organisation.
public struct Caller: Sendable, Hashable {
  /// What a key allows; each role may all that the ones before it may.
  public enum Role: String, Sendable, Hashable, CaseIterable, Comparable {
    /// Reads its organisation's drafts.
    case reader
    /// Writes its organisation's sources.
    case editor
    /// Writes everything.
    case admin

    /// By what they allow.
    public static func < (a: Role, b: Role) -> Bool { a.rank < b.rank }
    private var rank: Int { Role.allCases.firstIndex(of: self) ?? 0 }
  }

  /// The organisation's id.
  public let organization: String
  /// What it may do.
  public let role: Role
  /// The data sources that its organisation owns or was granted.
  public let sources: Set<String>
  /// The one data source that its key is bound to.
  public let onlySource: String?
  /// Who it is to its own organisation and to admins: `key:<id>`, or a token's issuer and subject.
  public let person: String

  /// Makes a caller.
  public init(organization: String, role: Role, sources: Set<String>, onlySource: String? = nil, person: String) {
    self.organization = organization
    self.role = role
    self.sources = sources
    self.onlySource = onlySource
    self.person = person
  }

  /// Whether it may write what belongs to a data source.
  public func mayWrite(_ source: String) -> Bool {
    switch role {
    case .reader: false
    case .editor: sources.contains(source) && (onlySource == nil || onlySource == source)
    case .admin: onlySource == nil || onlySource == source
    }
  }

  /// The data sources that it may write, where they are listed; nil: all.
  public var writable: [String]? {
    if let onlySource { return mayWrite(onlySource) ? [onlySource] : [] }
    switch role {
    case .reader: return []
    case .editor: return sources.sorted()
    case .admin: return nil
    }
  }
}

/// Whose drafts an answer may show; it stands in every query.
public enum Viewer: Sendable, Hashable {
  /// Published data only.
  case `public`
  /// The drafts of these data sources, too; sorted.
  case sources([String])
  /// Everything.
  case all

  /// What a caller may see.
  public init(_ caller: Caller?) {
    switch caller {
    case nil: self = .public
    case let caller? where caller.role == .admin: self = .all
    case let caller?: self = .sources(caller.sources.sorted())
    }
  }

  /// Whether it may see the drafts of a data source.
  public func sees(_ source: String) -> Bool {
    switch self {
    case .public: false
    case .sources(let sources): sources.contains(source)
    case .all: true
    }
  }
}

/// Who writes, from where and by what, as the history, the change log and the audit log keep it.
public struct Author: Sendable, Hashable {
  /// What everybody may know: the organisation's id, or `import:<session>`.
  public var actor: String
  /// Whom its own organisation and admins see; nil for commands.
  public var person: String?
  /// The request's id.
  public var requestID: String?
  /// Method and path, or the command.
  public var action: String
  /// The client's address.
  public var address: String?

  /// Makes an author.
  public init(
    actor: String, person: String? = nil, requestID: String? = nil, action: String, address: String? = nil
  ) {
    self.actor = actor
    self.person = person
    self.requestID = requestID
    self.action = action
    self.address = address
  }
}
