// Command pubsub serves Google's own fake of Cloud Pub/Sub, with the limits of the real service before it: the fake takes any
// message. It prints its address and ends with its stdin. With -fail N every Nth call fails, 40 times in all, by turns
// before and after it has been carried out, as with a connection that breaks.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"cloud.google.com/go/pubsub/v2/pstest"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

func main() {
	failEvery := flag.Int64("fail", 0, "let every Nth call fail")
	flag.Parse()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fake := pstest.NewServer()
	server := grpc.NewServer(grpc.MaxRecvMsgSize(64<<20), grpc.ChainUnaryInterceptor(failing(*failEvery), limited))
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
		if every == 0 || calls.Add(1)%every != 0 || failures.Add(1) > 40 {
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
