//! The service in this process: how often tiles are made, and what an answer costs.

use std::collections::BTreeMap;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use territoires::api::front::Front;
use territoires::api::state::{App, SharedApp};
use territoires::config::Config;
use tower::ServiceExt;

use super::atlas;

fn app() -> SharedApp {
    App::new(atlas(), None, Config::default())
}

async fn send(front: &Front, method: Method, path: &str, accept: &str) -> Response {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("accept-encoding", accept);
    let request = request.body(Body::empty()).unwrap();
    front.clone().oneshot(request).await.unwrap()
}

/// Callers on several threads, for a tile that takes time and codings that take more.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_callers_for_one_cold_tile_make_it_once() {
    let app = app();
    let front = Front::new(SharedApp::clone(&app));
    let path = "/tiles/communes/8/129/88.mvt";
    let callers = |accept: [&'static str; 4]| {
        let tasks: Vec<_> = (0..100)
            .map(|caller| {
                let front = front.clone();
                tokio::spawn(
                    async move { send(&front, Method::GET, path, accept[caller % 4]).await },
                )
            })
            .collect();
        async {
            for task in tasks {
                assert_eq!(task.await.unwrap().status(), StatusCode::OK);
            }
        }
    };
    callers(["zstd"; 4]).await;
    assert_eq!((app.tiles.drawn(), app.tiles.compressed()), (1, 1));
    callers(["identity", "gzip", "br", "zstd"]).await;
    assert_eq!((app.tiles.drawn(), app.tiles.compressed()), (1, 3));
}

/// A queue of two, and many more callers than that: those who wait for the same tile do not fill it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn callers_for_one_tile_take_one_place_in_the_queue() {
    let config = Config {
        attente: 2,
        ..Config::default()
    };
    let app = App::new(atlas(), None, config);
    let front = Front::new(SharedApp::clone(&app));
    let tasks: Vec<_> = (0..100)
        .map(|_| {
            let front = front.clone();
            tokio::spawn(async move {
                send(&front, Method::GET, "/tiles/communes/7/64/44.mvt", "br").await
            })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap().status(), StatusCode::OK);
    }
    assert_eq!((app.tiles.drawn(), app.tiles.compressed()), (1, 1));
}

/// The caller goes away while the tile is made: nobody makes it again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tile_whose_caller_went_away_is_made_to_the_end() {
    let app = app();
    let front = Front::new(SharedApp::clone(&app));
    let path = "/tiles/communes/9/259/176.mvt";
    let asked = send(&front, Method::GET, path, "gzip");
    let gone = tokio::time::timeout(std::time::Duration::from_millis(1), asked).await;
    let reply = send(&front, Method::GET, path, "gzip").await;
    assert_eq!(reply.status(), StatusCode::OK);
    assert!(gone.is_err(), "it did not go away in time");
    assert_eq!((app.tiles.drawn(), app.tiles.compressed()), (1, 1));
}

/// The way past the router answers as the way through it.
#[tokio::test]
async fn a_tile_at_hand_is_answered_as_one_that_is_made() {
    let app = app();
    let front = Front::new(SharedApp::clone(&app));
    let cases = [
        (Method::GET, "/tiles/temps-2/6/31/23.mvt", "identity"),
        (Method::GET, "/tiles/temps-2/6/32/22.mvt?v=1", "gzip"),
        (Method::GET, "/tiles/temps-2/6/0/0.mvt", "br"),
        (Method::GET, "/tiles/communes/12/2043/1500.mvt", "zstd"),
        (Method::HEAD, "/tiles/temps-2/6/31/22.mvt", "zstd"),
        (Method::HEAD, "/tiles/temps-2/6/1/1.mvt", "br"),
    ];
    for (drawn, (method, path, accept)) in (1..).zip(cases) {
        let cold = send(&front, method.clone(), path, accept).await;
        assert_eq!(app.tiles.drawn(), drawn);
        let hot = send(&front, method.clone(), path, accept).await;
        let (cold, mut cold_body) = cold.into_parts();
        let (hot, mut hot_body) = hot.into_parts();
        let is_head = method == Method::HEAD;
        let headers = |headers: &HeaderMap| {
            let all = headers.iter().map(|(n, v)| (n.to_string(), v.clone()));
            let named: BTreeMap<_, _> = all
                // The router writes it for HEAD, the server else.
                .filter(|(n, _)| n != "content-length" || is_head && cold.status == 200)
                .collect();
            named
        };
        assert_eq!(cold.status, hot.status, "{path}");
        assert_eq!(headers(&cold.headers), headers(&hot.headers), "{path}");
        for headers in [&cold.headers, &hot.headers] {
            assert_eq!(
                headers.len(),
                headers.keys().count(),
                "a header twice: {path}"
            );
        }
        let bodies =
            [&mut cold_body, &mut hot_body].map(|b| to_bytes(std::mem::take(b), usize::MAX));
        let [cold_body, hot_body] = bodies;
        assert!(
            cold_body.await.unwrap() == hot_body.await.unwrap(),
            "{path}"
        );
    }
}

/// Bytes that this thread allocates for one answer, once caches have settled.
fn allocated(
    runtime: &tokio::runtime::Runtime,
    front: &Front,
    path: &str,
    accept: &str,
) -> (u64, usize) {
    let counter = tikv_jemalloc_ctl::thread::allocatedp::read().unwrap();
    runtime.block_on(async {
        let mut least = u64::MAX;
        let mut length = 0;
        for _ in 0..200 {
            let request = Request::builder()
                .uri(path)
                .header("accept-encoding", accept);
            let request = request.body(Body::empty()).unwrap();
            let front = front.clone();
            let before = counter.get();
            let response = front.oneshot(request).await.unwrap();
            // The cache's own housekeeping comes now and then: the least is what an answer needs.
            least = least.min(counter.get() - before);
            let body = to_bytes(response.into_body(), usize::MAX).await;
            length = body.unwrap().len();
        }
        (least, length)
    })
}

#[test]
fn a_tile_at_hand_costs_the_same_whatever_its_size() {
    let front = Front::new(app());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    for accept in ["identity", "gzip"] {
        let (small, few) = allocated(&runtime, &front, "/tiles/communes/8/130/85.mvt", accept);
        let (large, many) = allocated(&runtime, &front, "/tiles/communes/8/129/86.mvt", accept);
        assert!(few < 2_500 && many > 80_000, "{few} and {many} bytes");
        println!(
            "{accept}: {small} bytes allocated for a tile of {few}, {large} for one of {many}"
        );
        assert_eq!(small, large, "{accept}");
        assert!(small < 4096, "{small}");
    }
}
