using Magvit.Domain.Assets;
using Magvit.Domain.Workspaces;

namespace Magvit.Domain.Jobs;

/// <summary>A piece of work that waits for, or went through, a worker. Every change that its state does not allow throws.</summary>
/// <remarks>
/// Queued → running → succeeded, failed or cancelled. A try that a stopping host gives back, and the first one that fails or whose worker
/// vanishes, leads back to queued.
/// </remarks>
public sealed class Job
{
    /// <summary>How often a job is tried before it fails for good.</summary>
    public const int DefaultMaxAttempts = 2;

    private readonly List<JobAttempt> _attempts = [];
    private readonly List<JobOutput> _outputs = [];

    private Job()
    {
    }

    /// <summary>The job's id, a UUIDv7.</summary>
    public Guid Id { get; private init; }

    /// <summary>The workspace that it belongs to.</summary>
    public Guid WorkspaceId { get; private init; }

    /// <summary>Who asked for it.</summary>
    public Guid UserId { get; private init; }

    /// <summary>Which handler does it.</summary>
    public JobKind Kind { get; private init; }

    /// <summary>What the handler needs, as JSON.</summary>
    public string Payload { get; private init; } = "";

    /// <summary>The model that it needs; only workers that have it may take the job.</summary>
    public string? Model { get; private init; }

    /// <summary>More is sooner, among the jobs of one user.</summary>
    public int Priority { get; private init; }

    /// <summary>A key of the caller's, unique for the user.</summary>
    public string? IdempotencyKey { get; private init; }

    /// <summary>The group that it belongs to; <see langword="null"/>: none.</summary>
    public Guid? GroupId { get; private init; }

    /// <summary>Its place in the group, from 0.</summary>
    public int? GroupIndex { get; private init; }

    /// <summary>Where it stands.</summary>
    public JobState State { get; private set; }

    /// <summary>How often it was begun.</summary>
    public int Attempt { get; private set; }

    /// <summary>How often it may be begun.</summary>
    public int MaxAttempts { get; private set; }

    /// <summary>How many steps of progress are done.</summary>
    public int Step { get; private set; }

    /// <summary>How many steps of progress there are; 0 while unknown.</summary>
    public int Steps { get; private set; }

    /// <summary>The latest preview in the artifact store: a PNG of the frames side by side.</summary>
    public ContentHash? PreviewHash { get; private set; }

    /// <summary>Why it failed, or why the last try did.</summary>
    public string? Error { get; private set; }

    /// <summary>Whether a user wants the running job cancelled.</summary>
    public bool CancelRequested { get; private set; }

    /// <summary>The fencing token of the claim that runs it.</summary>
    public long? Token { get; private set; }

    /// <summary>The worker that runs it, or ran it last.</summary>
    public int? OwnerWorkerId { get; private set; }

    /// <summary>Until when the worker holds it without another heartbeat.</summary>
    public DateTimeOffset? LeaseUntil { get; private set; }

    /// <summary>When it was submitted.</summary>
    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>When the latest try began.</summary>
    public DateTimeOffset? StartedAt { get; private set; }

    /// <summary>When it ended for good.</summary>
    public DateTimeOffset? FinishedAt { get; private set; }

    /// <summary>All tries, oldest first.</summary>
    public IReadOnlyList<JobAttempt> Attempts => _attempts;

    /// <summary>What it made, in order.</summary>
    public IReadOnlyList<JobOutput> Outputs => _outputs;

    /// <summary>Whether it has ended for good.</summary>
    public bool IsFinished => State is JobState.Succeeded or JobState.Failed or JobState.Cancelled;

    /// <summary>The hold of the worker that runs it.</summary>
    /// <exception cref="InvalidJobTransitionException">No worker runs it.</exception>
    public JobLease Lease => State == JobState.Running && Token is { } token ? new JobLease(Id, token) : throw Illegal("have a lease");

    /// <summary>Makes a job that waits for a worker.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="work">What to do.</param>
    /// <param name="idempotencyKey">A key of the caller's, or <see langword="null"/>.</param>
    /// <param name="now">The time.</param>
    /// <returns>The new job.</returns>
    public static Job Submit(Actor actor, JobWork work, string? idempotencyKey, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        WorkspaceId = actor.WorkspaceId,
        UserId = actor.UserId,
        Kind = work.Kind,
        Payload = work.Payload,
        Model = work.Model,
        Priority = work.Priority,
        Steps = work.Steps,
        GroupId = work.GroupId,
        GroupIndex = work.GroupIndex,
        IdempotencyKey = idempotencyKey,
        State = JobState.Queued,
        MaxAttempts = DefaultMaxAttempts,
        CreatedAt = now,
    };

    /// <summary>A worker begins. (The queue does the same in its claim, in one statement.)</summary>
    /// <param name="workerId">The worker.</param>
    /// <param name="token">A fencing token that is greater than all before it.</param>
    /// <param name="leaseUntil">Until when the worker holds the job without a heartbeat.</param>
    /// <param name="now">The time.</param>
    public void Start(int workerId, long token, DateTimeOffset leaseUntil, DateTimeOffset now)
    {
        Require(JobState.Queued, "start");
        State = JobState.Running;
        Attempt++;
        Step = 0;
        PreviewHash = null;
        Token = token;
        OwnerWorkerId = workerId;
        LeaseUntil = leaseUntil;
        StartedAt = now;
        _attempts.Add(JobAttempt.Begin(Attempt, workerId, now));
    }

    /// <summary>The worker is done, and its outputs are stored. A cancellation that was asked for before wins.</summary>
    /// <param name="outputs">What was made.</param>
    /// <param name="preview">A picture of the result in the artifact store, which outlives the previews of its steps.</param>
    /// <param name="now">The time.</param>
    public void Succeed(IReadOnlyList<JobOutput> outputs, ContentHash? preview, DateTimeOffset now)
    {
        Require(JobState.Running, "succeed");
        if (CancelRequested)
        {
            throw Illegal("succeed, because its cancellation was requested");
        }

        _outputs.AddRange(outputs);
        PreviewHash = preview;
        Step = Steps;
        Error = null;
        Finish(JobState.Succeeded, AttemptOutcome.Succeeded, null, now);
    }

    /// <summary>The worker's handler failed: the job waits for another try, or has failed for good when that was the last.</summary>
    /// <param name="failure">Why.</param>
    /// <param name="now">The time.</param>
    public void Fail(JobFailure failure, DateTimeOffset now)
    {
        Require(JobState.Running, "fail");
        EndTry(AttemptOutcome.Failed, failure.Reason, mayTryAgain: !failure.IsPermanent, now);
    }

    /// <summary>The worker vanished: the job waits for another one, or has failed for good when that was the last try.</summary>
    /// <param name="reason">How it was noticed.</param>
    /// <param name="now">The time.</param>
    public void TakeBack(string reason, DateTimeOffset now)
    {
        Require(JobState.Running, "be taken back");
        EndTry(AttemptOutcome.Lost, reason, mayTryAgain: true, now);
    }

    /// <summary>The worker's host stops: the job waits for another one. That is nobody's fault, so it may be begun once more than before.</summary>
    /// <param name="now">The time.</param>
    public void Release(DateTimeOffset now)
    {
        Require(JobState.Running, "be released");
        if (CancelRequested)
        {
            Finish(JobState.Cancelled, AttemptOutcome.Cancelled, null, now);
            return;
        }

        MaxAttempts++;
        Requeue(AttemptOutcome.Released, "The worker was stopped.", now);
    }

    /// <summary>A user does not want the job: a queued one is cancelled at once, a running one when its worker has stopped.</summary>
    /// <param name="now">The time.</param>
    public void RequestCancel(DateTimeOffset now)
    {
        if (IsFinished)
        {
            throw Illegal("be cancelled");
        }

        if (State == JobState.Running)
        {
            CancelRequested = true;
        }
        else
        {
            State = JobState.Cancelled;
            FinishedAt = now;
        }
    }

    /// <summary>The worker has stopped, as the user wished.</summary>
    /// <param name="now">The time.</param>
    public void AcknowledgeCancel(DateTimeOffset now)
    {
        Require(JobState.Running, "end as cancelled");
        if (!CancelRequested)
        {
            throw Illegal("end as cancelled, because nobody asked for it");
        }

        Finish(JobState.Cancelled, AttemptOutcome.Cancelled, null, now);
    }

    /// <summary>A user wants a failed or cancelled job tried again.</summary>
    public void Retry()
    {
        if (State is not (JobState.Failed or JobState.Cancelled))
        {
            throw Illegal("be retried");
        }

        State = JobState.Queued;
        MaxAttempts = Attempt + DefaultMaxAttempts;
        Step = 0;
        PreviewHash = null;
        Error = null;
        CancelRequested = false;
        StartedAt = null;
        FinishedAt = null;
    }

    private void EndTry(AttemptOutcome outcome, string reason, bool mayTryAgain, DateTimeOffset now)
    {
        if (CancelRequested)
        {
            Finish(JobState.Cancelled, AttemptOutcome.Cancelled, reason, now);
            return;
        }

        Error = reason;
        if (mayTryAgain && Attempt < MaxAttempts)
        {
            Requeue(outcome, reason, now);
        }
        else
        {
            Finish(JobState.Failed, outcome, reason, now);
        }
    }

    private void Requeue(AttemptOutcome outcome, string reason, DateTimeOffset now)
    {
        EndAttempt(outcome, reason, now);
        State = JobState.Queued;
        Step = 0;
        PreviewHash = null;
    }

    private void Finish(JobState state, AttemptOutcome outcome, string? reason, DateTimeOffset now)
    {
        EndAttempt(outcome, reason, now);
        State = state;
        FinishedAt = now;
    }

    private void EndAttempt(AttemptOutcome outcome, string? reason, DateTimeOffset now)
    {
        _attempts.Single(attempt => attempt.Outcome == AttemptOutcome.Running).End(outcome, reason, now);
        Token = null;
        LeaseUntil = null;
    }

    private void Require(JobState state, string verb)
    {
        if (State != state)
        {
            throw Illegal(verb);
        }
    }

    private InvalidJobTransitionException Illegal(string verb) => new($"Job {Id} is {State} and cannot {verb}.");
}
