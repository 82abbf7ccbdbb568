using Fabric.Addresses;
using Fabric.Agent.Datapaths;
using Fabric.Agent.FlowTable;
using Fabric.Agent.Liveness;
using Fabric.Agent.Replica;
using Fabric.Bindings;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Tests.Actors;
using Fabric.Tests.Laws;
using Fabric.Tests.Upcalls;
using Fabric.Topology.Replica;

namespace Fabric.Tests.Liveness;

/// <summary>Which hosts are asked, and what is published; the test is the other hosts.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LivenessRunnerTest : IReplicaSubscriber
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(20);

    private readonly ManualTime _clock = new();
    private readonly TopologyBuilder _net = new();
    private readonly FixedReplica _replica = new();
    private readonly Fabric.Agent.FlowTable.FlowTable _flows = new();
    private readonly List<FlowTag> _tags = [];
    private readonly HashSet<HostId> _silent = [];
    private readonly List<HostId> _hinted = [];
    private readonly List<(HostId To, byte[] Frame, TimeSpan At)> _sent = [];
    private readonly Queue<(HostId To, byte[] Frame)> _underway = new();
    private int _seed = 9747;
    private int _mostInATurn;
    private TimeSpan _now;
    private NetworkView _view = null!;
    private PortTable _ports = null!;
    private TunnelUse _use = null!;
    private LivenessRunner _runner = null!;

    public void Post(ReadOnlySpan<FlowTag> touched) => _tags.AddRange(touched);

    public void PostCompareAll() => throw new InvalidOperationException("a few tags are no reason to compare all");

    [Test]
    public void A_host_is_asked_as_soon_as_a_flow_depends_on_it_and_no_other_is()
    {
        Begin(hosts: 3);
        Pass(TimeSpan.FromSeconds(3));
        _runner.Read().ShouldBeEmpty();
        Depend(Peer(1));
        Pass(TimeSpan.FromSeconds(2));
        var reading = _runner.Read().ShouldHaveSingleItem();
        (reading.Host, reading.State).ShouldBe((Peer(1), TunnelState.Up));
        reading.Of.ShouldBeGreaterThan(0);
    }

    [Test]
    public void Silence_is_published_and_its_tag_posted_after_it_and_so_is_its_end()
    {
        Begin(hosts: 3);
        Depend(Peer(1));
        Depend(Peer(2));
        Pass(TimeSpan.FromSeconds(3));
        _silent.Add(Peer(1));
        Pass(TimeSpan.FromSeconds(1.2));
        _view.Learned.UnreachedHosts.ShouldBe([Peer(1)]);
        _tags.ShouldBe([ChangeImpact.OfTunnel(Peer(1))]);
        _silent.Clear();
        Pass(TimeSpan.FromSeconds(1.2));
        _view.Learned.UnreachedHosts.ShouldBeEmpty();
        _tags.ShouldBe([ChangeImpact.OfTunnel(Peer(1)), ChangeImpact.OfTunnel(Peer(1))]);
    }

    [Test]
    public void The_other_end_is_told_of_a_way_that_is_up_again_and_one_that_is_told_asks_at_once()
    {
        Begin(hosts: 3);
        Depend(Peer(1));
        Depend(Peer(2));
        Pass(TimeSpan.FromSeconds(3));
        _hinted.ShouldBeEmpty();
        _silent.UnionWith([Peer(1), Peer(2)]);
        Pass(TimeSpan.FromSeconds(3));
        _view.Learned.UnreachedHosts.Count.ShouldBe(2);
        while (_now - _sent[^1].At < TimeSpan.FromMilliseconds(100) || _sent[^1].To == Peer(1))
            Pass(s_tick);
        _silent.Clear();
        _runner.AskNow(Peer(1));
        Pass(s_tick * 2);
        _view.Learned.UnreachedHosts.ShouldBe([Peer(2)]);
        _hinted.ShouldBe([Peer(1), Peer(1)], "told with each echo until the way is up");
        _runner.AskNow(Peer(1));
        _runner.AskNow(Peer(0));
    }

    [Test]
    public void A_host_that_no_flow_depends_on_for_long_is_asked_no_more_unless_it_is_down()
    {
        Begin(hosts: 3);
        var flow = Depend(Peer(1));
        var other = Depend(Peer(2));
        _silent.Add(Peer(2));
        Pass(TimeSpan.FromSeconds(5));
        _flows.Advance(flow, FlowInput.Failed);
        _flows.Advance(other, FlowInput.Failed);
        Pass(LivenessRunner.Linger + TimeSpan.FromSeconds(2));
        _runner.Read().ShouldHaveSingleItem().Host.ShouldBe(Peer(2));
        _view.Learned.UnreachedHosts.ShouldBe([Peer(2)]);
        _silent.Clear();
        Pass(TimeSpan.FromSeconds(5));
        _runner.Read().ShouldBeEmpty("it is up, and nobody wants it");
    }

    [Test]
    public void A_host_that_is_deleted_or_has_no_address_any_more_is_not_unreached()
    {
        Begin(hosts: 3);
        Depend(Peer(1));
        _silent.Add(Peer(1));
        Pass(TimeSpan.FromSeconds(6));
        _view.Learned.UnreachedHosts.ShouldBe([Peer(1)]);
        _net.Put(_net.Topology.Hosts[Peer(1)] with { Underlay = [] });
        Publish();
        Pass(TimeSpan.FromSeconds(3));
        _view.Learned.UnreachedHosts.ShouldBeEmpty("that it has no address is told otherwise");
        _runner.Read().ShouldBeEmpty();
    }

    [Test]
    public void An_answer_to_an_agent_before_this_one_is_none()
    {
        Begin(hosts: 3);
        Depend(Peer(1));
        Pass(TimeSpan.FromSeconds(2));
        var old = _sent.ToArray();
        Begin(hosts: 3);
        Pass(s_tick * 2);
        _silent.Add(Peer(1));
        foreach (var (_, frame, _) in old)
            _runner.Hear(Peer(1), frame);
        _runner.Hear(Peer(1), "no echo"u8);
        _runner.Strange.ShouldBe(old.Length + 1);
    }

    [Test]
    public void An_answer_by_way_of_another_host_is_none()
    {
        Begin(hosts: 3);
        Depend(Peer(1));
        Depend(Peer(2));
        Pass(TimeSpan.FromSeconds(2));
        var before = _runner.Strange;
        _runner.Hear(Peer(1), _sent.Last(sent => sent.To == Peer(2)).Frame);
        _runner.Strange.ShouldBe(before + 1);
    }

    [Test]
    public void Three_thousand_hosts_are_asked_a_few_hundred_a_turn_and_none_is_found_down()
    {
        const int hosts = 3000;
        Begin(hosts);
        for (var i = 1; i < hosts; i++)
            Depend(Peer(i));
        Pass(TimeSpan.FromSeconds(4));
        _runner.Read().Count.ShouldBe(hosts - 1);
        _runner.Read().ShouldAllBe(reading => reading.State == TunnelState.Up);
        _view.Learned.UnreachedHosts.ShouldBeEmpty();
        _mostInATurn.ShouldBeInRange(1, LivenessRunner.MaxPerTurn * 2);
    }

    private HostId Peer(int index) => _net.HostId($"h{index}");

    private void Begin(int hosts)
    {
        _sent.Clear();
        _silent.Clear();
        _tags.Clear();
        for (var i = 0; i < hosts; i++)
        {
            if (_net.Topology.Find(DeviceKind.Host, new DeviceName("", $"h{i}")) is null)
                _net.Host($"h{i}", $"10.{i >> 8}.{i & 255}.1");
        }
        Publish();
        var datapath = new WillingDatapath { Executed = (frame, actions) => Take(frame, actions) };
        _view = new NetworkView(_replica, _clock) { Self = Peer(0) };
        _view.Facts.Subscribe(this);
        _ports = new PortTable(_view.Self);
        _ports.Underlay.TunnelPort = 9;
        _use = new TunnelUse(_view);
        _runner = new LivenessRunner(datapath, _view, _ports, _use, _clock) { Timing = ProbeTiming.Default, Random = new Random(_seed++) };
    }

    private void Publish()
    {
        _replica.Publish(_net.Topology, _net.Events);
        _net.Events.Clear();
    }

    private FlowRecord Depend(HostId host)
    {
        var key = new FlowKey { InPort = (uint)host.Value + 10 };
        var record = new FlowRecord(key)
        {
            Flow = new DatapathFlow(new FlowId(host.Value), key, new SharedMask(default), []),
            Ingress = default,
            Verdict = default,
            Cohort = _flows.CohortOf([ChangeImpact.OfTunnel(host)], []),
            Created = 0,
        };
        _flows.Admit(record);
        return record;
    }

    private void Pass(TimeSpan span)
    {
        var last = TimeSpan.FromSeconds(-1);
        for (var passed = TimeSpan.Zero; passed < span; passed += s_tick)
        {
            _clock.Pass(s_tick);
            _now += s_tick;
            if (passed - last >= TimeSpan.FromSeconds(1))
            {
                last = passed;
                _use.Mark(_flows, _clock.GetTimestamp());
            }
            bool isMore;
            do
            {
                isMore = _runner.Work();
                Answer();
            } while (isMore);
        }
    }

    private void Take(byte[] frame, FlowAction[] actions)
    {
        actions.Select(action => action.Kind).ShouldBe([FlowActionKind.SetTunnel, FlowActionKind.Output]);
        actions[1].Port.ShouldBe(_ports.Underlay.TunnelPort);
        var to = _net.Topology.UnderlayAddresses[IpAddress.Of(IpFamily.V4, actions[0].Value)];
        if (actions[0].Id == TunnelKeys.LivenessHint)
        {
            _hinted.Add(to);
            return;
        }
        actions[0].Id.ShouldBe(TunnelKeys.Liveness);
        _sent.Add((to, frame, _now));
        _underway.Enqueue((to, frame));
    }

    /// <summary>What the datapaths of the other hosts do.</summary>
    private void Answer()
    {
        _mostInATurn = Math.Max(_mostInATurn, _underway.Count);
        while (_underway.TryDequeue(out var sent))
        {
            if (!_silent.Contains(sent.To))
                _runner.Hear(sent.To, sent.Frame);
        }
    }
}
