/// Somebody who is told of changes by requests of ours.
public struct Webhook: Sendable, Hashable {
  /// Which lines it is told of.
  public struct Filter: Sendable, Hashable {
    /// The kinds, as it is told them; nil: all.
    public var kinds: Set<ChangeKind>?
    /// The data sources; nil: all.
    public var sources: Set<String>?

    /// Makes a filter; without anything it lets all through.
    public init(kinds: Set<ChangeKind>? = nil, sources: Set<String>? = nil) {
      self.kinds = kinds
      self.sources = sources
    }
  }

  /// What a client says of it.
  public struct Draft: Sendable, Hashable {
    /// Where deliveries go.
    public var url: String
    /// What signs them; nil: as it is.
    public var secret: String?
    /// What it is told of.
    public var entities: Set<ChangeEntity>
    /// Which lines it is told of.
    public var filter: Filter
    /// Whether deliveries are sent.
    public var isActive: Bool

    /// Makes a draft.
    public init(
      url: String, secret: String?, entities: Set<ChangeEntity> = Set(ChangeEntity.allCases), filter: Filter = Filter(),
      isActive: Bool = true
    ) {
      self.url = url
      self.secret = secret
      self.entities = entities
      self.filter = filter
      self.isActive = isActive
    }
  }

  /// Its id.
  public var id: String
  /// The organisation that it belongs to; it is told what that organisation may see.
  public var organization: String
  /// What its owner says of it; the secret is not among it.
  public var draft: Draft
  /// Why it was switched off, where nobody asked for that.
  public var pausedReason: String?
  /// Everything up to this number has been delivered or was not for it.
  public var after: Int
  /// Failed attempts since the last success.
  public var failures: Int
  /// When it was made (RFC 3339).
  public var createdTime: String
  /// When its owner changed it last (RFC 3339).
  public var modifiedTime: String

  /// Makes a webhook.
  public init(
    id: String, organization: String, draft: Draft, pausedReason: String?, after: Int, failures: Int,
    createdTime: String, modifiedTime: String
  ) {
    self.id = id
    self.organization = organization
    self.draft = draft
    self.pausedReason = pausedReason
    self.after = after
    self.failures = failures
    self.createdTime = createdTime
    self.modifiedTime = modifiedTime
  }
}

/// A delivery in the log: what was sent, how often, and what became of it.
public struct WebhookDelivery: Sendable, Hashable {
  /// What became of it.
  public enum Status: String, Sendable, Hashable, CaseIterable {
    /// It is being sent, or will be sent again.
    case pending
    /// The receiver took it.
    case delivered
    /// It was given up.
    case failed
  }

  /// Its id, the header `X-Delivery`.
  public var id: String
  /// The number of its first line.
  public var first: Int
  /// Everything up to this number has been told with it.
  public var last: Int
  /// How many lines it has.
  public var lines: Int
  /// How often it was sent.
  public var attempts: Int
  /// What became of it.
  public var status: Status
  /// The receiver's last answer.
  public var httpStatus: Int?
  /// What went wrong the last time.
  public var error: String?
  /// When it was made (RFC 3339).
  public var createdTime: String
  /// When it was sent last.
  public var attemptedTime: String?
  /// When it was taken or given up.
  public var finishedTime: String?

  /// Makes a delivery.
  public init(
    id: String, first: Int, last: Int, lines: Int, attempts: Int, status: Status, httpStatus: Int?, error: String?,
    createdTime: String, attemptedTime: String?, finishedTime: String?
  ) {
    self.id = id
    self.first = first
    self.last = last
    self.lines = lines
    self.attempts = attempts
    self.status = status
    self.httpStatus = httpStatus
    self.error = error
    self.createdTime = createdTime
    self.attemptedTime = attemptedTime
    self.finishedTime = finishedTime
  }
}
