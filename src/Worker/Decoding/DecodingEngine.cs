using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Magvit.Model.Decoding;
using Magvit.Model.Generation;
using Magvit.Worker.Generation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Magvit.Worker.Decoding;

/// <summary>
/// Continuous batching: samples of different jobs, tasks, step counts and classes on one model advance together, and enter and leave between steps.
/// All MAGVIT tasks have one sequence length, so any samples of a model fit together (spec §6.2) and share a forward pass.
/// </summary>
/// <remarks>
/// One step at a time runs on the <see cref="ComputeThread"/>, and queues itself again: encoding of new conditions and decoding of finished
/// clips get their turn between two steps. Every sample has its own generator and mask.
/// </remarks>
internal sealed class DecodingEngine(ComputeThread compute, IOptions<DecodingEngineOptions> options, ILogger<DecodingEngine> logger)
{
    private readonly Lock _lock = new();
    private readonly List<DecodingSession> _sessions = [];
    private readonly ConditionalWeakTable<VideoGenerator, BatchSize> _sizes = [];       // the compute thread's
    private int _batchSamples = NewSize(options.Value).Samples;
    private bool _isTicking;
    private long _steps;

    /// <summary>The most samples of a step of the model that computed last; from any thread.</summary>
    public int BatchSamples => Volatile.Read(ref _batchSamples);

    /// <summary>Steps so far, whatever the number of samples; from any thread.</summary>
    public long Steps => Interlocked.Read(ref _steps);

    /// <summary>Decodes a session's samples to their last step beside those of all other sessions.</summary>
    /// <returns>The last step of each sample; cancelled with the session's token, within one step.</returns>
    public Task<IReadOnlyList<DecodingStep>> DecodeAsync(DecodingSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        lock (_lock)
        {
            _sessions.Add(session);
            if (!_isTicking)
            {
                _isTicking = true;
                Queue();
            }
        }

        return session.Completion;
    }

    private void Queue() => _ = compute.RunAsync(Tick, CancellationToken.None);

    // One step: (1) drop who gave up, (2) choose, (3) advance, (4) end who is done, (5) make the preview that waited longest, (6) queue the next.
    private bool Tick()
    {
        var sessions = Current();                                                                           // 1
        if (sessions.Count == 0)
        {
            return false;
        }

        var size = _sizes.GetValue(sessions[0].Generator, _ => NewSize(options.Value));
        var batch = Choose(sessions, size.Samples);                                                         // 2
        Advance(batch, size);                                                                               // 3
        Volatile.Write(ref _batchSamples, size.Samples);
        foreach (var session in batch.Select(b => b.Session).Distinct().Where(s => !s.Pending.Any()))       // 4
        {
            Leave(session);
            session.Complete();
        }

        if (sessions.Where(s => s.PreviewDue is not null && !s.Completion.IsCompleted).MinBy(s => s.LastPreviewed) is { } due)
        {
            due.LastPreviewed = _steps;
            Guard(due, due.Preview);                                                                        // 5
        }

        Queue();                                                                                            // 6
        return true;
    }

    private List<DecodingSession> Current()
    {
        lock (_lock)
        {
            foreach (var session in _sessions.Where(s => s.Stopping.IsCancellationRequested))
            {
                session.Cancel();
            }

            _sessions.RemoveAll(s => s.Completion.IsCompleted);
            _isTicking = _sessions.Count > 0;
            return [.. _sessions.OrderBy(s => s.LastServed)];
        }
    }

    // The session that waited longest names the model; others on it fill the batch, each with its samples that are furthest behind.
    private List<(DecodingSession Session, DecodingSample Sample)> Choose(List<DecodingSession> sessions, int size)
    {
        var batch = sessions.Where(s => ReferenceEquals(s.Generator, sessions[0].Generator))
            .SelectMany(s => s.Pending.Select(sample => (Session: s, Sample: sample)))
            .Take(size)
            .ToList();
        foreach (var (session, _) in batch)
        {
            session.LastServed = _steps + 1;
        }

        return batch;
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "It ends the sessions that it belongs to, not the engine.")]
    private void Advance(List<(DecodingSession Session, DecodingSample Sample)> batch, BatchSize size)
    {
        try
        {
            var started = Stopwatch.GetTimestamp();
            var outcomes = batch[0].Session.Generator.Advance([.. batch.Select(b => b.Sample)]);
            size.Took(batch.Count, Stopwatch.GetElapsedTime(started));
            Interlocked.Increment(ref _steps);
            for (var i = 0; i < batch.Count; i++)
            {
                var (session, sample) = batch[i];
                var outcome = outcomes[i];
                Guard(session, () => session.Take(sample, outcome));
            }
        }
        catch (Exception exception) when (IsOutOfMemory(exception) && TakesLess(batch, size))
        {
            // Nothing was drawn yet: the forward pass comes before any sampling. The next step tries again.
            batch[0].Session.Generator.Trim();
        }
        catch (Exception exception) when (batch.Select(b => b.Session).Distinct().Skip(1).Any())
        {
            // One of several is at fault: each on its own, so that only that one fails.
            logger.BatchFailed(exception, batch.Count);
            foreach (var alone in batch.GroupBy(b => b.Session))
            {
                Advance([.. alone], size);
            }
        }
        catch (Exception exception)
        {
            Fail(batch[0].Session, exception);
        }
    }

    // Smaller passes from now on: fewer samples, and of one sample its guidance apart. False if they are as small as they get.
    private bool TakesLess(List<(DecodingSession Session, DecodingSample Sample)> batch, BatchSize size)
    {
        if (batch.Count > 1)
        {
            size.Halve(batch.Count);
            logger.BatchHalved(batch.Count, size.Samples);
            return true;
        }

        if (!batch[0].Sample.Options.IsGuided || !batch[0].Session.Generator.GuideApart())
        {
            return false;
        }

        logger.GuidanceApart();
        return true;
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "It ends the session that threw, not the engine.")]
    private void Guard(DecodingSession session, Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception)
        {
            Fail(session, exception);
        }
    }

    private void Fail(DecodingSession session, Exception exception)
    {
        Leave(session);
        session.Fail(exception);
    }

    private void Leave(DecodingSession session)
    {
        lock (_lock)
        {
            _sessions.Remove(session);
        }
    }

    private static BatchSize NewSize(DecodingEngineOptions options) => new(options.BatchSamples, TimeSpan.FromMilliseconds(options.StepMilliseconds));

    private static bool IsOutOfMemory(Exception exception) => exception is OutOfMemoryException
        || exception is TorchException && (exception.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
            || exception.Message.Contains("can't allocate memory", StringComparison.OrdinalIgnoreCase));
}
