using Fabric.Agent.Description.Writing;

namespace Fabric.Tests.Description;

public class RoundTripTest
{
    internal const string Everything = """
        fabric: v1
        hosts:
          a: { underlay: [10.0.0.1, "fd00::1"] }
          b: {}
        tenants:
          bank:
            bridges:
              vault: { admin: down, inbound: strict }
            chains:
              strict: []
            groups:
              doors: {}
          shop:
            bridges:
              db: {}
              web: { inbound: web-in, outbound: web-out }
            routers:
              r1:
                admin: down
                inbound: web-in
                outbound: web-out
                ports:
                  r1.web: { addresses: [10.1.0.1/24, "fd00:1::1/64"], link: web }
                  side: { mac: "02:00:00:00:00:01", addresses: [10.9.0.1/30], peer: far }
                  up: { addresses: [192.0.2.2/24], host: a, interface: eth0, admin: down, inbound: web-in, outbound: web-out, groups: [uplinks] }
                routes:
                  default: { to: 0.0.0.0/0, via: 192.0.2.1, port: up }
                  hole: { to: "fd00:9::/32", kind: blackhole }
                  no: { to: 10.66.0.0/16, from: 10.1.0.0/24, kind: reject, metric: 7 }
                  split: { to: 10.7.0.0/16, port: side, weight: 3 }
              r2:
                ports:
                  far: { addresses: [10.9.0.2/30] }
            ports:
              trunk: { on: db, host: b, groups: [uplinks] }
              web1: { on: web, host: a, interface: veth1, ip: [10.1.0.11, "fd00:1::11"], inbound: web-in, outbound: web-out }
              web2: { on: web, host: b, mac: "02:00:00:00:00:22", ip: [10.1.0.12/24] }
              web3: { on: web, mac: learn, ip: [10.1.0.13], admin: down }
              web4: { on: web, mac: auto }
            chains:
              web-in:
                - { name: all-at-once, direction: return, in-port: [bank/x, web1], out-port: [web2], in-group: uplinks, out-group: uplinks, ingress-group: bank/doors, traversed: router r1, eth-type: ipv4, eth-src: "01:00:00:00:00:00/01:00:00:00:00:00", eth-dst: "02:00:00:00:00:01", vlan: none, proto: tcp, dscp: 46, src: 10.0.0.0/8, dst: "fd00::/64", src-set: admins, dst-set: admins, sport: 1024-65535, dport: 80, tcp-flags: "+syn-ack", icmp-inner-src: 10.0.0.0/8, icmp-inner-dst: 10.0.0.0/8, dst-rewritten: true, fragments: header, do: accept, meter: web-hits }
                - { name: not-them, not: { in-port: [web1], vlan: 7, proto: 17, tos: 0x10/0xf0, src-set: admins, tcp-flags: 0x800/0x800 }, invert: true, do: drop }
                - { name: pings, proto: icmpv6, icmp-type: 128, icmp-code: 0, do: reject }
                - { name: jumps, do: { jump: web-out } }
                - { name: tags, do: { push-vlan: 100, priority: 3, tpid: 0x88a8 } }
                - { name: untags, do: pop-vlan }
                - { name: look, do: trace }
              web-out:
                - { name: back, do: return }
                - { name: on, do: continue }
            sets:
              admins: [10.0.0.0/8, "fd00::/8"]
              nobody: []
            groups:
              uplinks: { stateful: true }

        """;

    [Test]
    public void AnExportReadsAsTheSameNetwork()
    {
        var text = Everything
            .Replace("bank/x", "bank/safe")
            .Replace("\n    groups:\n      doors", "\n    ports:\n      safe: { on: vault }\n    groups:\n      doors");
        var network = Describe.Network(text);

        var exported = DescriptionWriter.Write(network);

        DescriptionWriter.Write(Describe.Network(exported)).ShouldBe(exported);
        Describe.Network(exported).Ports.Values.OrderBy(port => port.Name).ShouldBe(network.Ports.Values.OrderBy(port => port.Name));
        Describe.Network(exported).Chains.Values.OrderBy(chain => chain.Name).ShouldBe(network.Chains.Values.OrderBy(chain => chain.Name));
        Describe
            .Network(exported)
            .Routers.Values.OrderBy(router => router.Name)
            .ShouldBe(network.Routers.Values.OrderBy(router => router.Name));
        TestContext.Out.WriteLine(exported);
    }
}
