// Command pubsub serves Google's own fake of Cloud Pub/Sub, with the limits of the real service before it: the fake takes any
// message. It prints its address and ends with its stdin. With -fail N every Nth call fails, 20 times in all, by turns
// before and after it has been carried out, as with a connection that breaks. With -clock N the clock behind its deadlines runs N times as
// fast, so that tests need not wait for real deadlines. Topics whose names begin with one of the words below
// have a fault of their own; tests give the rest of the name.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"cloud.google.com/go/pubsub/v2/pstest"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

const (
	// The second answer with messages comes too late: they are out, and the client knows nothing of them.
	latePull = "late-pull-"
	// Of the first acknowledgement the first id may be tried again, the second one is refused for good.
	refusedAck = "refused-ack-"
	// Every second publish fails, by turns after and before it has been carried out.
	lostPublish = "lost-publish-"
	// The first three publishes are taken in part or not at all, and the ids of the answer say so.
	fewIds = "few-ids-"
)

func main() {
	failEvery := flag.Int64("fail", 0, "let every Nth call fail")
	rate := flag.Int64("clock", 1, "how fast the clock behind deadlines runs")
	flag.Parse()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fake := pstest.NewServer()
	began := time.Now()
	fake.SetTimeNowFunc(func() time.Time { return began.Add(time.Since(began) * time.Duration(*rate)) })
	server := grpc.NewServer(grpc.MaxRecvMsgSize(64<<20), grpc.ChainUnaryInterceptor(
		failing(*failEvery), limited, retaining(), late(), refusing(), losing(), taking(), dating(began, *rate)))
	pubsubpb.RegisterPublisherServer(server, &fake.GServer)
	pubsubpb.RegisterSubscriberServer(server, &fake.GServer)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	fmt.Println(listener.Addr())
	if err := server.Serve(listener); err != nil {
		panic(err)
	}
}

func failing(every int64) grpc.UnaryServerInterceptor {
	var calls, failures atomic.Int64
	return func(ctx context.Context, request any, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
		if every == 0 || calls.Add(1)%every != 0 || failures.Add(1) > 20 {
			return handle(ctx, request)
		}
		if failures.Load()%2 == 0 {
			_, _ = handle(ctx, request)
		}
		return nil, status.Error(codes.Unavailable, "broken on purpose")
	}
}

// limited refuses what https://cloud.google.com/pubsub/quotas#resource_limits does not allow.
func limited(ctx context.Context, request any, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
	if publish, ok := request.(*pubsubpb.PublishRequest); ok {
		if problem := problemOf(publish); problem != "" {
			return nil, status.Error(codes.InvalidArgument, problem)
		}
	}
	return handle(ctx, request)
}

func problemOf(request *pubsubpb.PublishRequest) string {
	if len(request.Messages) > 1000 {
		return "more than 1000 messages"
	}
	if proto.Size(request) > 10_000_000 {
		return "the request is larger than 10 MB"
	}
	for _, message := range request.Messages {
		if len(message.Data) == 0 && len(message.Attributes) == 0 {
			return "a message has neither data nor attributes"
		}
		if len(message.OrderingKey) > 1024 || !utf8.ValidString(message.OrderingKey) {
			return "an ordering key has more than 1024 bytes or is not UTF-8"
		}
		if len(message.Attributes) > 100 {
			return "a message has more than 100 attributes"
		}
		for name, value := range message.Attributes {
			if name == "" || len(name) > 256 || strings.HasPrefix(strings.ToLower(name), "goog") {
				return fmt.Sprintf("%q may not be the name of an attribute", name)
			}
			if len(value) > 1024 {
				return fmt.Sprintf("attribute %q has more than 1024 bytes", name)
			}
		}
	}
	return ""
}

// retaining takes subscriptions that keep messages for up to 31 days, as the service does; the fake takes 7.
func retaining() grpc.UnaryServerInterceptor {
	const day = 86_400
	var kept sync.Map
	return func(ctx context.Context, request any, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
		if wanted, ok := request.(*pubsubpb.Subscription); ok {
			seconds := wanted.GetMessageRetentionDuration().GetSeconds()
			if seconds > 7*day && seconds <= 31*day {
				kept.Store(wanted.Name, seconds)
				wanted.MessageRetentionDuration = &durationpb.Duration{Seconds: 7 * day}
			}
		}
		answer, err := handle(ctx, request)
		if made, ok := answer.(*pubsubpb.Subscription); ok && err == nil {
			if seconds, longer := kept.Load(made.Name); longer {
				made = proto.Clone(made).(*pubsubpb.Subscription)
				made.MessageRetentionDuration = &durationpb.Duration{Seconds: seconds.(int64)}
				answer = made
			}
		}
		return answer, err
	}
}

func late() grpc.UnaryServerInterceptor {
	var nonEmpty atomic.Int64
	return func(ctx context.Context, request any, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
		answer, err := handle(ctx, request)
		pull, ok := request.(*pubsubpb.PullRequest)
		if !ok || err != nil || !isOf(latePull, pull.Subscription) {
			return answer, err
		}
		if len(answer.(*pubsubpb.PullResponse).ReceivedMessages) > 0 && nonEmpty.Add(1) == 2 {
			<-ctx.Done()
			return nil, status.Error(codes.DeadlineExceeded, "too late")
		}
		return answer, err
	}
}

// refusing tells of each id in the way of the service where delivery is exactly-once.
func refusing() grpc.UnaryServerInterceptor {
	var refused atomic.Bool
	return func(ctx context.Context, request any, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
		ack, ok := request.(*pubsubpb.AcknowledgeRequest)
		if !ok || !isOf(refusedAck, ack.Subscription) || len(ack.AckIds) < 2 || refused.Swap(true) {
			return handle(ctx, request)
		}
		reasons := map[string]string{
			ack.AckIds[0]: "TRANSIENT_FAILURE_UNORDERED_ACK_ID",
			ack.AckIds[1]: "PERMANENT_FAILURE_INVALID_ACK_ID",
		}
		ack.AckIds = ack.AckIds[2:]
		if _, err := handle(ctx, ack); err != nil {
			return nil, err
		}
		refusal, err := status.New(codes.FailedPrecondition, "some could not be acknowledged").WithDetails(
			&errdetails.ErrorInfo{Reason: "EXACTLY_ONCE_ACKID_FAILURE", Domain: "pubsub.googleapis.com", Metadata: reasons})
		if err != nil {
			return nil, err
		}
		return nil, refusal.Err()
	}
}

// dating gives messages the real time of their publishing.
func dating(began time.Time, rate int64) grpc.UnaryServerInterceptor {
	return func(ctx context.Context, request any, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
		answer, err := handle(ctx, request)
		if pulled, ok := answer.(*pubsubpb.PullResponse); ok && err == nil {
			// A copy: the fake keeps what it hands out.
			copied := proto.Clone(pulled).(*pubsubpb.PullResponse)
			for _, received := range copied.ReceivedMessages {
				passed := received.Message.PublishTime.AsTime().Sub(began) / time.Duration(rate)
				received.Message.PublishTime = timestamppb.New(began.Add(passed))
			}
			return copied, nil
		}
		return answer, err
	}
}

func losing() grpc.UnaryServerInterceptor {
	var publishes atomic.Int64
	return func(ctx context.Context, request any, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
		publish, ok := request.(*pubsubpb.PublishRequest)
		if !ok || !isOf(lostPublish, publish.Topic) {
			return handle(ctx, request)
		}
		turn := publishes.Add(1) % 4
		if turn%2 == 1 {
			return handle(ctx, request)
		}
		if turn == 2 {
			_, _ = handle(ctx, request)
		}
		return nil, status.Error(codes.Unavailable, "broken on purpose")
	}
}

// taking leaves out messages, and answers with ids for the others only: the second half, then the first one, then all.
func taking() grpc.UnaryServerInterceptor {
	var publishes atomic.Int64
	return func(ctx context.Context, request any, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
		publish, ok := request.(*pubsubpb.PublishRequest)
		if !ok || !isOf(fewIds, publish.Topic) {
			return handle(ctx, request)
		}
		before := []string{}
		switch publishes.Add(1) {
		case 1:
			publish.Messages = publish.Messages[:len(publish.Messages)/2]
		case 2:
			publish.Messages = publish.Messages[1:]
			before = append(before, "")
		case 3:
			return &pubsubpb.PublishResponse{}, nil
		}
		answer, err := handle(ctx, request)
		if err != nil {
			return nil, err
		}
		return &pubsubpb.PublishResponse{MessageIds: append(before, answer.(*pubsubpb.PublishResponse).MessageIds...)}, nil
	}
}

// isOf tells whether a topic is of that kind, or a subscription to one: mvs names it after the topic.
func isOf(kind string, name string) bool {
	return strings.Contains(name, "/"+kind)
}
