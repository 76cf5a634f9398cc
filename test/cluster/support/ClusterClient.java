import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.*;
import java.util.stream.*;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.*;
import org.apache.kafka.common.serialization.*;

/**
 * Kafka's own client, for what must not be asked through the client under test. Reads one request a line on stdin, words
 * separated by blanks; prints one answer a line: "ok", or "error" and its reason, and then the items, separated by tabs.
 */
class ClusterClient {
    private final Properties settings = new Properties();
    private Admin admin;

    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        ClusterClient client = new ClusterClient(args[0]);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = in.readLine()) != null;) out.println(client.answer(line.split(" ")));
        System.exit(0);
    }

    private ClusterClient(String brokers) {
        settings.put("bootstrap.servers", brokers);
        settings.put("request.timeout.ms", "5000");
        settings.put("default.api.timeout.ms", "10000");
        settings.put("reconnect.backoff.max.ms", "500");
        settings.put("enable.auto.commit", "false");
        settings.put("auto.offset.reset", "earliest");
        admin = Admin.create(settings);
    }

    private String answer(String[] words) {
        try {
            return Stream.concat(Stream.of("ok"), items(words)).collect(Collectors.joining("\t"));
        } catch (Exception error) {
            Throwable cause = error.getCause() == null ? error : error.getCause();
            return "error\t" + cause.toString().replaceAll("\\s+", " ");
        }
    }

    private Stream<String> items(String[] words) throws Exception {
        String name = words.length > 1 ? words[1] : "";
        List<String> rest = Arrays.asList(words).subList(Math.min(2, words.length), words.length);
        switch (words[0]) {
            case "hello":
                return Stream.of();
            case "brokers":
                return admin.describeCluster().nodes().get().stream().map(Node::idString);
            case "controller":
                return Stream.of("" + admin.describeMetadataQuorum().quorumInfo().get().leaderId());
            case "coordinator":
                return Stream.of(group(name).coordinator().idString());
            case "partitions":
                return describe(name).partitions().stream().map(ClusterClient::partition);
            case "degraded":
                return degraded();
            case "create":
                NewTopic topic = new NewTopic(name, Integer.parseInt(rest.get(0)), (short) 3);
                topic.configs(rest.stream().skip(1).map(each -> each.split("=", 2))
                        .collect(Collectors.toMap(each -> each[0], each -> each[1])));
                admin.createTopics(List.of(topic)).all().get();
                return Stream.of();
            case "send":
                return send(name, Long.parseLong(rest.get(0)));
            case "delete":
                admin.deleteTopics(List.of(name)).all().get();
                return Stream.of();
            case "add-partitions":
                var increased = NewPartitions.increaseTo(Integer.parseInt(rest.get(0)));
                admin.createPartitions(Map.of(name, increased)).all().get();
                return Stream.of();
            case "reassign":
                admin.alterPartitionReassignments(reassignments(name, rest)).all().get();
                return Stream.of();
            case "reassigning":
                return Stream.of("" + admin.listPartitionReassignments().reassignments().get().size());
            case "elect":
                admin.electLeaders(ElectionType.PREFERRED, null).partitions().get();
                return Stream.of();
            case "ends":
                return ends(name);
            case "dump":
                return dump(name);
            default:
                throw new IllegalArgumentException("unknown request " + words[0]);
        }
    }

    @SuppressWarnings("deprecation")
    private ConsumerGroupDescription group(String name) throws Exception {
        return admin.describeConsumerGroups(List.of(name)).all().get().get(name);
    }

    private TopicDescription describe(String name) throws Exception {
        return admin.describeTopics(List.of(name)).allTopicNames().get().get(name);
    }

    /** "partition leader replicas in-sync-replicas", -1 for no leader. */
    private static String partition(TopicPartitionInfo info) {
        int leader = info.leader() == null ? -1 : info.leader().id();
        return info.partition() + " " + leader + " " + ids(info.replicas()) + " " + ids(info.isr());
    }

    private static String ids(List<Node> nodes) {
        return nodes.stream().map(Node::idString).collect(Collectors.joining(","));
    }

    /** The partitions of all topics that have no leader or lack replicas. */
    private Stream<String> degraded() throws Exception {
        Set<String> names = admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get();
        return admin.describeTopics(names).allTopicNames().get().values().stream()
                .flatMap(topic -> topic.partitions().stream()
                        .filter(each -> each.leader() == null || each.isr().size() < each.replicas().size())
                        .map(each -> topic.name() + "-" + each.partition()));
    }

    /** Arguments as "partition=broker,broker". */
    private static Map<TopicPartition, Optional<NewPartitionReassignment>> reassignments(
            String topic, List<String> words) {
        return words.stream().map(word -> word.split("=")).collect(Collectors.toMap(
                pair -> new TopicPartition(topic, Integer.parseInt(pair[0])),
                pair -> Optional.of(new NewPartitionReassignment(
                        Arrays.stream(pair[1].split(",")).map(Integer::valueOf).toList()))));
    }

    /** "partition offset" of the next message of each partition. */
    private Stream<String> ends(String topic) throws Exception {
        Map<TopicPartition, OffsetSpec> latest = describe(topic).partitions().stream().collect(
                Collectors.toMap(each -> new TopicPartition(topic, each.partition()), each -> OffsetSpec.latest()));
        return admin.listOffsets(latest).all().get().entrySet().stream()
                .map(each -> each.getKey().partition() + " " + each.getValue().offset());
    }

    /** One message with this time on it. */
    private Stream<String> send(String topic, long time) throws Exception {
        var bytes = new ByteArraySerializer();
        try (var producer = new KafkaProducer<byte[], byte[]>(settings, bytes, bytes)) {
            producer.send(new ProducerRecord<>(topic, 0, time, null, new byte[1])).get();
        }
        return Stream.of();
    }

    /** "type video frame" of every message that is in the topic now. */
    private Stream<String> dump(String topic) {
        var bytes = new ByteArrayDeserializer();
        List<String> found = new ArrayList<>();
        try (var consumer = new KafkaConsumer<byte[], byte[]>(settings, bytes, bytes)) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(each -> new TopicPartition(topic, each.partition())).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each)))
                for (var message : consumer.poll(Duration.ofMillis(500)))
                    found.add(Stream.of("message_type", "video_name", "frame")
                            .map(name -> text(message.headers().lastHeader(name)))
                            .collect(Collectors.joining(" ")));
        }
        return found.stream();
    }

    private static String text(org.apache.kafka.common.header.Header header) {
        if (header == null || header.value() == null) return "-";
        String text = new String(header.value(), StandardCharsets.UTF_8);
        return text.isEmpty() ? "-" : text.replaceAll("[\\s\\p{Cntrl}]", "_");
    }
}
